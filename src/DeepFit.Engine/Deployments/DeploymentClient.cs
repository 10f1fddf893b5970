using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DeepFit.Core.Contract;
using DeepFit.Engine.Verification;

namespace DeepFit.Engine.Deployments;

/// <summary>Asks servers how they are.</summary>
/// <param name="http">Sends the requests; must not go through a proxy, which knows nothing of this machine's own addresses.</param>
/// <param name="time">The clock.</param>
public sealed class DeploymentClient(HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>A server's status.</summary>
    /// <param name="deployment">The server.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null where it does not answer within three seconds, or not as a DeepFit server does.</returns>
    public async Task<ServerStatusDocument?> StatusAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        using HttpRequestMessage? request = Request(HttpMethod.Get, deployment, "deepfit/status");
        if (request is null)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, both.Token).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK
                ? await response.Content.ReadFromJsonAsync(DeploymentJson.Default.ServerStatusDocument, both.Token).ConfigureAwait(false)
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>Hands a request on to a server, with its key where it asks for one.</summary>
    /// <param name="method">The method.</param>
    /// <param name="deployment">The server.</param>
    /// <param name="path">The path, such as <c>v1/chat/completions</c>.</param>
    /// <param name="body">The body, or null.</param>
    /// <param name="cancellationToken">Cuts the request, and with it what the server does for it.</param>
    /// <returns>The answer as soon as its headers are there; the body is still to come. Null where the server's address is not known.</returns>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    public async Task<HttpResponseMessage?> SendAsync(HttpMethod method, Deployment deployment, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage? request = Request(method, deployment, path);
        if (request is null)
        {
            return null;
        }

        request.Content = body;
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A server as what verification sends requests to.</summary>
    /// <param name="deployment">The server.</param>
    public IModelUnderTest UnderTest(Deployment deployment) => new ServedModelUnderTest(deployment, this, http, time);

    /// <summary>
    /// A request to a server, with its key where it asks for one; null while its address is not known, and where that is another machine's own: here somebody else may listen at it.
    /// </summary>
    internal static HttpRequestMessage? Request(HttpMethod method, Deployment deployment, string path)
    {
        if (deployment.Url is not { } url || (url.IsLoopback && deployment.Host != Environment.MachineName))
        {
            return null;
        }

        var request = new HttpRequestMessage(method, new Uri(url, path));
        if (DeploymentFiles.KeyOf(deployment) is { } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return request;
    }
}
