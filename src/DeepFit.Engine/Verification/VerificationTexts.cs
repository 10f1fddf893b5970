using System.Globalization;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Verification;

/// <summary>What is said where verification fails.</summary>
internal static class VerificationTexts
{
    public static BilingualText NoAnswer(string id) => new(
        $"{id} does not answer. `deepfit ps` shows its state, `deepfit logs {id}` what it says.",
        $"{id} 没有响应。可用 `deepfit ps` 查看状态，用 `deepfit logs {id}` 查看日志。");

    public static BilingualText Refused(string id, int status, string message) => new(
        string.Create(CultureInfo.InvariantCulture, $"{id} refused a request (HTTP {status}): {message}"),
        string.Create(CultureInfo.InvariantCulture, $"{id} 拒绝了请求（HTTP {status}）：{message}"));

    public static BilingualText Broke(string id, string message) => new(
        $"{id} broke off while it was answering: {message} `deepfit ps` shows whether it still runs.",
        $"{id} 在应答途中断开：{message} 可用 `deepfit ps` 查看它是否仍在运行。");
}
