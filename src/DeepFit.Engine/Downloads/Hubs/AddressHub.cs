using System.Security.Cryptography;
using System.Text;
using DeepFit.Core.Gguf;
using DeepFit.Engine.Downloads.Transfer;

namespace DeepFit.Engine.Downloads.Hubs;

/// <summary>
/// A plain address as a place that serves one model: no list, no digest beyond what its server's headers say. Of one part of a split model, all parts. Without a digest the place where it is kept is
/// all that tells two models of one name apart, so that the folders of the address are in it.
/// </summary>
internal sealed class AddressHub(Uri address) : IModelHub
{
    private const int LongestName = 100;

    public string Name => "address";

    public string DisplayName => address.Host;

    public Task<HubModel> FindAsync(HubWish wish, CancellationToken token)
    {
        string path = address.AbsolutePath; // as it is escaped: another spelling may be another file
        string[] paths = GgufSplitName.TryParse(path, out GgufSplitName? split) ? [.. split.All().Select(part => part.ToString())] : [path];
        return Task.FromResult(new HubModel(this, wish.Repository, [.. paths.Select(p => new HubFile(p, null, null, NameOf(p)))]));
    }

    public TransferSource SourceOf(string repository, HubFile file)
    {
        string whole = address.AbsoluteUri;
        return new TransferSource(new Uri(whole.Replace(address.AbsolutePath, file.Path, StringComparison.Ordinal)));
    }

    public string FolderOf(string repository)
    {
        string folders = Uri.UnescapeDataString(address.AbsolutePath[..address.AbsolutePath.LastIndexOf('/')]);
        string name = folders.Trim('/').Replace('/', '_');
        return SafePath.Of(repository + "/" + (name.Length <= LongestName ? name : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folders)))[..16]));
    }

    private static string NameOf(string path)
    {
        string name = Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
        return name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? name : (name.Length == 0 ? "model" : name) + ".gguf";
    }
}
