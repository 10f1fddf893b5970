namespace DeepFit.Engine.Downloads;

/// <summary>Which addresses a server may send a request on to, and which of them may see a token.</summary>
internal static class Redirects
{
    /// <summary>Where an answer leads; null where that is no http or https address, or gives encryption up.</summary>
    /// <param name="from">The address that answered.</param>
    /// <param name="location">What it named, whole or relative to itself.</param>
    public static Uri? Follow(Uri from, Uri location)
    {
        Uri next = new(from, location);
        return next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp) ? next : null;
    }

    /// <summary>Whether two addresses are of one server: scheme, host and port.</summary>
    public static bool SameServer(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
