using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Downloads.Hubs;

/// <summary>Small JSON requests to a hub's API.</summary>
internal static class HubHttp
{
    private const int MaxRedirects = 5;
    private const int MaxAnswerBytes = 64 << 20;

    /// <summary>Gets a JSON document, and the address of the next page where the answer names one.</summary>
    /// <exception cref="PullException">The hub refuses or does not have it.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached.</exception>
    public static async Task<(JsonDocument Document, Uri? Next)> GetAsync(
        HttpClient client, string hub, Uri address, AuthenticationHeaderValue? authorization, string accept, CancellationToken token)
    {
        Uri current = address;
        for (int redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, current);
            request.Headers.Accept.ParseAdd(accept);
            if (authorization is not null && Redirects.SameServer(current, address))
            {
                request.Headers.Authorization = authorization;
            }

            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location && redirects < MaxRedirects)
            {
                current = Redirects.Follow(current, location) ?? throw Unsafe(address);
                continue;
            }

            if (!response.IsSuccessStatusCode)
            {
                throw Refused(hub, address, response.StatusCode, withToken: authorization is not null);
            }

            if (response.Content.Headers.ContentLength > MaxAnswerBytes)
            {
                throw NotUnderstood(hub, address, null);
            }

            try
            {
                Stream body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
                await using (body.ConfigureAwait(false))
                {
                    return (await JsonDocument.ParseAsync(body, default, token).ConfigureAwait(false), NextPage(response, current));
                }
            }
            catch (JsonException e)
            {
                throw NotUnderstood(hub, address, e);
            }
            catch (IOException e)
            {
                throw new HttpRequestException(e.Message, e);
            }
        }
    }

    /// <summary>The hub's answer is not what its API is known to send.</summary>
    public static PullException NotUnderstood(string hub, Uri address, Exception? cause) => new("failed", new BilingualText(
        $"{HttpRangeErrors.Show(address)}: {hub} answers something that DeepFit does not understand. A proxy or a log-in page may be in between. Try another hub with --hub, or give the file's address.",
        $"{HttpRangeErrors.Show(address)}：{hub} 的应答无法识别，可能被代理或登录页面拦截。请用 --hub 换一个平台，或直接提供文件地址。"), cause);

    private static PullException Refused(string hub, Uri address, HttpStatusCode status, bool withToken) => (int)status switch
    {
        401 or 403 when withToken => new PullException("refused", new BilingualText(
            $"{HttpRangeErrors.Show(address)}: {hub} does not let your token in (HTTP {(int)status}). Accept the repository's terms on its page with the token's account, and check the name and the token: HF_TOKEN, or what `hf auth login` keeps.",
            $"{HttpRangeErrors.Show(address)}：{hub} 不接受您的令牌（HTTP {(int)status}）。请用该令牌的账号在仓库页面接受条款，并检查仓库名称和令牌（HF_TOKEN，或 `hf auth login` 保存的令牌）。")),
        401 or 403 => new PullException("refused", new BilingualText(
            $"{HttpRangeErrors.Show(address)}: {hub} refuses (HTTP {(int)status}). There is no such repository, or it is private or gated: check the name, accept its terms on its page, and set HF_TOKEN.",
            $"{HttpRangeErrors.Show(address)}：{hub} 拒绝访问（HTTP {(int)status}）。仓库不存在，或为私有、需授权的仓库：请检查名称，在其页面接受条款，并设置 HF_TOKEN。")),
        404 => new PullException("not_published", new BilingualText(
            $"{HttpRangeErrors.Show(address)}: {hub} has no such repository or tag.",
            $"{HttpRangeErrors.Show(address)}：{hub} 上没有该仓库或标签。")),
        407 => new PullException("refused", new BilingualText(
            "The proxy asks for a login. Put it into HTTPS_PROXY: http://user:password@host:port.",
            "代理服务器需要登录。请写入 HTTPS_PROXY：http://用户名:密码@主机:端口。")),
        429 => new PullException("refused", new BilingualText(
            $"{HttpRangeErrors.Show(address)}: {hub} limits requests (HTTP 429). Try again in a few minutes, set HF_TOKEN, or choose another hub with --hub.",
            $"{HttpRangeErrors.Show(address)}：{hub} 限制请求频率（HTTP 429）。请几分钟后重试，设置 HF_TOKEN，或用 --hub 换一个平台。")),
        _ => new PullException("failed", new BilingualText(
            $"{HttpRangeErrors.Show(address)}: {hub} answers HTTP {(int)status}. Try again later, or choose another hub with --hub.",
            $"{HttpRangeErrors.Show(address)}：{hub} 返回 HTTP {(int)status}。请稍后重试，或用 --hub 换一个平台。")),
    };

    /// <summary>What a list says of digests is not taken from an address where anybody on the way could alter it.</summary>
    private static PullException Unsafe(Uri address) => new("refused", HttpRangeErrors.Redirects(address).Text);

    private static Uri? NextPage(HttpResponseMessage response, Uri current)
    {
        if (!response.Headers.TryGetValues("Link", out IEnumerable<string>? links))
        {
            return null;
        }

        foreach (string link in links.SelectMany(value => value.Split(',')))
        {
            int end = link.IndexOf('>', StringComparison.Ordinal);
            if (end > 0 && link.Contains("rel=\"next\"", StringComparison.Ordinal) && Uri.TryCreate(current, link[..end].Trim().TrimStart('<'), out Uri? next))
            {
                return Redirects.Follow(current, next) ?? throw Unsafe(current);
            }
        }

        return null;
    }
}
