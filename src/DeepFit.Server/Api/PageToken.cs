using System.Security.Cryptography;
using System.Text;
using DeepFit.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace DeepFit.Server.Api;

/// <summary>
/// A secret of this process that its page carries. Whatever changes something must show it: another site's page can make a browser send a request here, but cannot read this.
/// </summary>
internal sealed class PageToken
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "X-DeepFit-Token";

    private readonly byte[] digest;

    public PageToken()
    {
        Value = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        digest = SHA256.HashData(Encoding.UTF8.GetBytes(Value));
    }

    /// <summary>The token: 48 hexadecimal digits.</summary>
    public string Value { get; }

    /// <summary>Refuses requests that would change something and do not carry it.</summary>
    public Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        bool reads = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        bool known = reads || !http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            || (http.Request.Headers[Header] is [{ } given] && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), digest));
        return known ? next(http) : throw new ServerErrorException(new ServerError(StatusCodes.Status403Forbidden, "forbidden", ApiTexts.NoToken));
    }
}
