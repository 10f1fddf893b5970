using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DeepFit.Server.Api;

/// <summary>A request: its language, its query as the command line's options, its body.</summary>
/// <param name="http">The request.</param>
/// <param name="parameters">What the endpoint takes.</param>
internal sealed class ApiRequest(HttpContext http, IReadOnlyList<ApiParameter> parameters)
{
    private const int MostBody = 64 * 1024;

    /// <summary>The request itself.</summary>
    public HttpContext Http => http;

    /// <summary>The language asked for.</summary>
    public Language Language => Query("lang") == "zh" ? Language.Chinese : Language.English;

    /// <summary>Ends when the client goes away.</summary>
    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>Options as the command line names them: <c>--min-tps</c> is <c>min_tps</c>.</summary>
    public OptionSource Options => option => Query(option.TrimStart('-').Replace('-', '_'));

    /// <summary>A parameter of the query; null where it is missing or empty.</summary>
    public string? Query(string name) => Takes(name) && http.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>A parameter that must be there.</summary>
    public string Required(string name) => Query(name) ?? throw new UserErrorException(ApiTexts.Missing(name));

    /// <summary>A part of the path.</summary>
    public string Path(string name) => (string)http.Request.RouteValues[name]!;

    /// <summary>Refuses what the endpoint does not take: it would be lost without a word.</summary>
    public void Check()
    {
        foreach (string name in http.Request.Query.Keys)
        {
            if (!Takes(name))
            {
                IReadOnlyList<string> near = NearestNames.Suggest(name, parameters.Select(p => p.Name));
                throw new UserErrorException(ApiTexts.UnknownParameter(name, near)) { Suggestions = near };
            }

            if (http.Request.Query[name].Count > 1)
            {
                throw new UserErrorException(ApiTexts.Twice(name));
            }
        }

        OptionValues.Word("lang", Query("lang"), [.. ApiParameter.Lang.Values!]);
    }

    // the page says its language with every request
    private bool Takes(string name) => name == ApiParameter.Lang.Name || parameters.Any(p => p.Name == name);

    /// <summary>Reads the body.</summary>
    public async Task<T> BodyAsync<T>(JsonTypeInfo<T> type)
    {
        if (!http.Request.HasJsonContentType())
        {
            throw new UserErrorException(ApiTexts.NotJson);
        }

        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = MostBody;
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, Aborted).ConfigureAwait(false) ?? throw new UserErrorException(ApiTexts.NotJson);
        }
        catch (JsonException e)
        {
            throw new UserErrorException(ApiTexts.WrongBody(e.Message), e);
        }
    }
}

/// <summary>What an endpoint answers: a document, and the status.</summary>
/// <param name="Write">Writes it.</param>
/// <param name="Status">The HTTP status.</param>
internal sealed record ApiAnswer(Action<Stream> Write, int Status = StatusCodes.Status200OK)
{
    /// <summary>A document of the page's API alone.</summary>
    public static ApiAnswer Of<T>(T document, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) => new(stream => ApiJson.Write(stream, document, type), status);
}
