using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace DeepFit.Server.Page;

/// <summary>A file of the page, as it lies in the program: compressed both ways, or, where that brings nothing, as it is.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Plain">The bytes, where they are not compressed.</param>
/// <param name="Brotli">The same in Brotli, or null.</param>
/// <param name="Gzip">The same in gzip, or null.</param>
/// <param name="Hashed">Whether its name has a hash of its content, so that it never changes.</param>
internal sealed record PageAsset(string Type, byte[]? Plain, byte[]? Brotli, byte[]? Gzip, bool Hashed)
{
    /// <summary>Tells this content from any other, without the quotes.</summary>
    public string Tag { get; } = Convert.ToHexStringLower(SHA256.HashData(Plain ?? Brotli!))[..16];

    /// <summary>The bytes as they are.</summary>
    public byte[] Unpacked()
    {
        if (Plain is not null)
        {
            return Plain;
        }

        using var packed = new BrotliStream(new MemoryStream(Brotli!), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }
}

/// <summary>The files of the page, from the program itself: no request can name any other file.</summary>
internal sealed class PageAssets
{
    private const string Prefix = "page/";
    private const string HashedFolder = "/assets/";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".json"] = "application/json",
        [".txt"] = "text/plain; charset=utf-8",
        [".webmanifest"] = "application/manifest+json",
        [".woff2"] = "font/woff2",
        [".woff"] = "font/woff",
        [".ttf"] = "font/ttf",
    };

    private readonly Dictionary<string, PageAsset> assets = new(StringComparer.Ordinal);

    /// <summary>Reads files that were packed.</summary>
    /// <param name="files">Names such as <c>assets/index-3f2a.js.br</c>, and their content.</param>
    public PageAssets(IReadOnlyDictionary<string, byte[]> files)
    {
        foreach (string name in files.Keys.Select(Unpacked).Distinct())
        {
            string type = Types.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream");
            string path = "/" + name;
            bool hashed = path.StartsWith(HashedFolder, StringComparison.Ordinal);
            assets[path] = new PageAsset(type, files.GetValueOrDefault(name), files.GetValueOrDefault(name + ".br"), files.GetValueOrDefault(name + ".gz"), hashed);
        }
    }

    /// <summary>The page of this program; empty where it was built without one.</summary>
    public static PageAssets Embedded { get; } = new(Read(typeof(PageAssets).Assembly));

    /// <summary>The paths.</summary>
    public IEnumerable<string> Paths => assets.Keys;

    /// <summary>Whether there is a page.</summary>
    public bool Exist => assets.ContainsKey("/index.html");

    /// <summary>The file at a path, or null.</summary>
    public PageAsset? Find(string path) => assets.GetValueOrDefault(path);

    private static string Unpacked(string name) =>
        name.EndsWith(".br", StringComparison.Ordinal) || name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name;

    private static Dictionary<string, byte[]> Read(Assembly assembly)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            files[name[Prefix.Length..]] = bytes;
        }

        return files;
    }
}
