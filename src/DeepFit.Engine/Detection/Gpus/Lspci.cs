namespace DeepFit.Engine.Detection.Gpus;

/// <summary>Names of PCI devices from <c>lspci -vmm</c>, for cards whose driver gives none.</summary>
internal static class Lspci
{
    /// <summary>The product's name at an address, or null when lspci is missing or does not know it.</summary>
    public static async Task<string?> NameAsync(IProbeHost host, string address, CancellationToken cancellationToken)
    {
        ToolResult result = await host.RunAsync("lspci", ["-vmm", "-s", address], cancellationToken: cancellationToken).ConfigureAwait(false);
        return ParseName(result.Output);
    }

    /// <summary>The device's name; of <c>DG2 [Arc A770]</c> the part in brackets, which is what the product is sold as.</summary>
    public static string? ParseName(string output)
    {
        foreach (ReadOnlySpan<char> line in output.AsSpan().EnumerateLines())
        {
            if (!ProbeText.KeyValue(line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value) || key is not "Device" || value.IsEmpty
                || (value.Length > 7 && value[2] == ':'))
            {
                continue;
            }

            int open = value.IndexOf('[');
            int close = value.LastIndexOf(']');
            return (open >= 0 && close > open + 1 ? value[(open + 1)..close] : value).ToString();
        }

        return null;
    }
}
