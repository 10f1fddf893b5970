using System.Globalization;

namespace DeepFit.Core.Gguf;

/// <summary>Names of tensors that belong to a layer: <c>blk.N.role</c> (gguf-py/gguf/constants.py, <c>TENSOR_NAMES</c>).</summary>
public static class GgufTensorName
{
    /// <summary>What every layer's tensor begins with.</summary>
    public const string LayerPrefix = "blk.";

    /// <summary>The layer in a tensor's name, or -1 for a tensor that belongs to none.</summary>
    public static int LayerOf(string name) => TryParse(name, out int layer, out _) ? layer : -1;

    /// <summary>Takes a name such as <c>blk.12.attn_q.weight</c> apart.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="layer">The layer, 12; 0 when there is none.</param>
    /// <param name="dot">Index of the dot behind the layer; what follows is the role. 0 when there is none.</param>
    /// <returns>Whether the name belongs to a layer.</returns>
    public static bool TryParse(string name, out int layer, out int dot)
    {
        layer = 0;
        dot = 0;
        if (!name.StartsWith(LayerPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        int end = name.IndexOf('.', LayerPrefix.Length);
        if (end < 0 || !int.TryParse(name.AsSpan(LayerPrefix.Length, end - LayerPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out layer))
        {
            return false;
        }

        dot = end;
        return true;
    }
}
