using System.Net;
using DeepFit.Core.Text;
using Microsoft.AspNetCore.Http;

namespace DeepFit.Server.Hosting;

/// <summary>By which names a server may be called, and from which web pages.</summary>
internal sealed class AccessRules(ServerOptions options)
{
    private readonly bool anyHost = options.AllowedHosts.Contains("*");
    private readonly bool anyOrigin = options.AllowedOrigins.Contains("*");

    /// <summary>
    /// Why a request's Host header is refused, or null. A page can make a name of its own lead to this machine (DNS rebinding), but it cannot make the browser send another name than that: only names that
    /// nobody else can own, and those that the owner allowed, are taken.
    /// </summary>
    public BilingualText? RefusesHost(HostString host)
    {
        string name = host.Host.Trim('[', ']');
        bool known = anyHost
            || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out IPAddress? address) && (IPAddress.IsLoopback(address) || !options.IsLocal))
            || (!options.IsLocal && IsThisMachine(name))
            || options.AllowedHosts.Any(allowed => allowed.Equals(name, StringComparison.OrdinalIgnoreCase) || allowed.Equals(host.Value, StringComparison.OrdinalIgnoreCase));
        return known ? null : ServerTexts.HostRefused(host.Value ?? "");
    }

    /// <summary>Why a request is refused for the page that it comes from, or null.</summary>
    public BilingualText? RefusesOrigin(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        if (origin is null)
        {
            // a link or a script of another site, by browsers that say so; following a link to a page is fine
            bool foreign = request.Headers["Sec-Fetch-Site"] == "cross-site";
            bool link = HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document";
            return foreign && !link ? ServerTexts.OriginRefused("another site") : null;
        }

        return IsOwn(origin, request) || Allows(origin) ? null : ServerTexts.OriginRefused(origin);
    }

    /// <summary>Whether pages of an origin were allowed.</summary>
    public bool Allows(string origin) => anyOrigin || options.AllowedOrigins.Any(allowed => allowed.Equals(origin, StringComparison.OrdinalIgnoreCase));

    private static bool IsOwn(string origin, HttpRequest request) => origin.Equals($"http://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);

    private static bool IsThisMachine(string name)
    {
        string machine = Environment.MachineName;
        return name.Equals(machine, StringComparison.OrdinalIgnoreCase) || name.Equals(machine + ".local", StringComparison.OrdinalIgnoreCase);
    }
}
