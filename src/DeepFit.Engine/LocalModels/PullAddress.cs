using DeepFit.Core.Models;

namespace DeepFit.Engine.LocalModels;

/// <summary>Reads the ways in which people write where a model is: addresses of hubs' pages and files, and <c>hf.co/owner/name:QUANT</c> as Ollama takes it.</summary>
public static class PullAddress
{
    private static readonly string[] HuggingFaceHosts = ["huggingface.co", "www.huggingface.co", "hf.co", "hf-mirror.com"];
    private static readonly string[] ModelScopeHosts = ["modelscope.cn", "www.modelscope.cn", "modelscope.ai", "www.modelscope.ai"];

    /// <summary>Whether a word is meant as an address: with a scheme, or beginning with a hub's host.</summary>
    /// <param name="text">What was typed.</param>
    public static bool IsAddress(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains("://", StringComparison.Ordinal)
            || HuggingFaceHosts.Concat(ModelScopeHosts).Any(host => text.StartsWith(host + "/", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What an address asks for; null when it is no http or https address, or names no repository.</summary>
    /// <param name="text">What was typed.</param>
    public static PullRequest? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool bare = !text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(bare ? "https://" + text : text, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            return null;
        }

        string[] parts = Uri.UnescapeDataString(address.AbsolutePath).Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (HuggingFaceHosts.Contains(address.Host, StringComparer.OrdinalIgnoreCase))
        {
            return Revision(address, "", parts) ?? Repository("hf", parts);
        }

        if (ModelScopeHosts.Contains(address.Host, StringComparer.OrdinalIgnoreCase))
        {
            string[] own = parts.Length > 0 && parts[0] == "models" ? parts[1..] : parts;
            return Revision(address, "models/", own) ?? Repository("modelscope", own);
        }

        return bare ? null : new PullRequest { Address = address };
    }

    /// <summary>A file of another revision than a hub's current one: hubs list and state digests of that one alone, so that the file is fetched from its own address; null for anything else.</summary>
    private static PullRequest? Revision(Uri address, string before, string[] parts) =>
        NamesFile(parts) && parts[3] is not ("main" or "master")
            ? new PullRequest
            {
                Address = new Uri($"{address.GetLeftPart(UriPartial.Authority)}/{before}{string.Join('/', ((string[])[parts[0], parts[1], "resolve", .. parts[3..]]).Select(Uri.EscapeDataString))}"),
            }
            : null;

    private static bool NamesFile(string[] parts) => parts.Length > 4 && parts[2] is "resolve" or "blob" or "file";

    /// <summary>owner/name[:QUANT], or owner/name/(resolve|blob)/REVISION/FILE.</summary>
    private static PullRequest? Repository(string hub, string[] parts)
    {
        if (parts.Length < 2)
        {
            return null;
        }

        string[] name = parts[1].Split(':', 2);
        Quantization? quantization = null;
        if (name.Length == 2 && !name[1].Equals("latest", StringComparison.OrdinalIgnoreCase) && !Quantizations.TryFind(name[1], out quantization))
        {
            quantization = Quantizations.Find(name[1]); // says which names there are
        }

        string? file = NamesFile(parts) ? string.Join('/', parts[4..]) : null;
        return new PullRequest { Hub = hub, Repository = $"{parts[0]}/{name[0]}", File = file, Quantization = quantization };
    }
}
