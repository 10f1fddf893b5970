using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DeepFit.Server.Api;

/// <summary>Hands a chat on to a deployment and its answer back, piece by piece as it comes. The page neither knows the deployment's key nor may it call another server.</summary>
internal static class ChatProxy
{
    private const int Piece = 16 * 1024;

    /// <summary>Hands one request on. When the page goes away, what the deployment does for it ends too.</summary>
    public static async Task HandOnAsync(ApiRequest request, IDeepFitServices services, Deployment deployment)
    {
        HttpContext http = request.Http;
        if (!http.Request.HasJsonContentType())
        {
            throw new UserErrorException(ApiTexts.NotJson);
        }

        using var body = new StreamContent(http.Request.Body);
        body.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        body.Headers.ContentLength = http.Request.ContentLength;
        using HttpResponseMessage answer = await AskAsync(services, deployment, body, request.Aborted).ConfigureAwait(false);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        http.Response.Headers.CacheControl = "no-store";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        Stream pieces = await answer.Content.ReadAsStreamAsync(request.Aborted).ConfigureAwait(false);
        await using (pieces.ConfigureAwait(false))
        {
            var buffer = new byte[Piece];
            int read;
            while ((read = await pieces.ReadAsync(buffer, request.Aborted).ConfigureAwait(false)) > 0)
            {
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), request.Aborted).ConfigureAwait(false);
                await http.Response.Body.FlushAsync(request.Aborted).ConfigureAwait(false);
            }
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(IDeepFitServices services, Deployment deployment, HttpContent body, CancellationToken aborted)
    {
        try
        {
            HttpResponseMessage? answer = deployment.IsActive
                ? await services.Servers.SendAsync(HttpMethod.Post, deployment, "v1/chat/completions", body, aborted).ConfigureAwait(false)
                : null;
            return answer ?? throw new ApiException(StatusCodes.Status409Conflict, "not_ready", ApiTexts.NotReady(deployment.Id));
        }
        catch (HttpRequestException)
        {
            throw new ApiException(StatusCodes.Status502BadGateway, "not_ready", ApiTexts.NotReady(deployment.Id));
        }
    }
}
