using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace DeepFit.Server.Hosting;

/// <summary>The keys of which a request must carry one. Digests are compared, each in constant time and all of them always, so that an answer's time tells nothing.</summary>
internal sealed class ApiKeys
{
    private const string Bearer = "Bearer ";

    private readonly byte[][] digests;

    /// <summary>Keeps the keys' digests.</summary>
    public ApiKeys(IEnumerable<string> keys) => digests = [.. keys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];

    /// <summary>Whether none is asked for.</summary>
    public bool IsEmpty => digests.Length == 0;

    /// <summary>The key that a request carries, or null.</summary>
    public static string? Of(HttpRequest request)
    {
        string? authorization = request.Headers.Authorization;
        return authorization is not null && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : (string?)request.Headers["X-Api-Key"];
    }

    /// <summary>Whether a key is one of them.</summary>
    public bool Accept(string key)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        bool found = false;
        foreach (byte[] known in digests)
        {
            found |= CryptographicOperations.FixedTimeEquals(digest, known);
        }

        return found;
    }
}
