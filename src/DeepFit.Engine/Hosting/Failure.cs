using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Exports;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Hosting;

/// <summary>What went wrong, in the kinds and words of every front door: the command line, the API, agents.</summary>
/// <param name="Kind">The stable word of the error document, such as <c>not_found</c>.</param>
/// <param name="ExitCode">The exit code of a command that fails so.</param>
/// <param name="Text">What is wrong, and the way out.</param>
/// <param name="Suggestions">The nearest right names, best first.</param>
public sealed record Failure(string Kind, int ExitCode, BilingualText Text, IReadOnlyList<string> Suggestions)
{
    /// <summary>It could not be done.</summary>
    public const int Failed = 1;

    /// <summary>What was asked for is wrong.</summary>
    public const int WrongUsage = 2;

    /// <summary>Nothing fits the machine.</summary>
    public const int NothingFits = 3;

    /// <summary>The failure that an exception stands for; of one that nobody foresaw, its message.</summary>
    public static Failure Of(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        (string kind, int code, BilingualText text) = Classify(exception);
        return new Failure(kind, code, text, exception is UserErrorException { Suggestions: var near } ? near : []);
    }

    /// <summary>The error document, its message in one language.</summary>
    public ErrorDocument ToDocument(Language language) => new(new ErrorDetail(Kind, Text.In(language), Suggestions, ExitCode));

    private static (string Kind, int ExitCode, BilingualText Text) Classify(Exception exception) => exception switch
    {
        EngineUnavailableException e => ("no_engine", Failed, e.Text),
        EngineFailedException e => ("failed", Failed, e.Text),
        ConfigurationRefusedException e => ("refused", WrongUsage, e.Text),
        GgufFormatException e => ("bad_file", WrongUsage, e.Text),
        MachineFileException e => ("bad_file", WrongUsage, e.Text),
        NothingFitsException e => ("nothing_fits", NothingFits, e.Text),
        DoesNotFitException e => ("nothing_fits", NothingFits, e.Text),
        GenerationRequestException e => (e.Code, WrongUsage, e.Text),
        QueueFullException e => ("busy", Failed, e.Text),
        PullException e => (e.Kind, e.Kind is "not_published" ? WrongUsage : Failed, e.Text),
        NotFoundException e => ("not_found", WrongUsage, e.Text),
        OperationFailedException e => ("failed", Failed, e.Text),
        UserErrorException e => ("wrong_usage", WrongUsage, e.Text),
        UnauthorizedAccessException or IOException => ("failed", Failed, FailureTexts.NoAccess(Sentence(exception.Message))),
        HttpRequestException e => ("failed", Failed, FailureTexts.Network(Sentence(e.Message))),
        _ => ("failed", Failed, FailureTexts.Unforeseen(Sentence(exception.Message))),
    };

    private static string Sentence(string message) => message.TrimEnd().EndsWith('.') ? message.TrimEnd() : message.TrimEnd() + ".";
}

/// <summary>What is said of failures that carry no words of their own.</summary>
internal static class FailureTexts
{
    public static BilingualText Unforeseen(string message) => new(
        $"Something went wrong that should not: {message} Set DEEPFIT_DEBUG=1 to see where, and please report it with the output of `deepfit doctor`.",
        $"发生了意外错误：{message} 设置 DEEPFIT_DEBUG=1 可查看详情；请附上 `deepfit doctor` 的输出报告此问题。");

    public static BilingualText NoAccess(string message) => new(
        $"A file cannot be read: {message} Check its permissions.",
        $"无法读取文件：{message} 请检查文件权限。");

    public static BilingualText Network(string message) => new(
        $"The address cannot be read: {message} Check it, and the network.",
        $"无法读取该网址：{message} 请检查网址和网络连接。");
}
