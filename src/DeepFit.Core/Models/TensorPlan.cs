using System.Text;
using DeepFit.Core.Gguf;

namespace DeepFit.Core.Models;

/// <summary>
/// A model's tensors with all that does not depend on the quantization worked out once: role, columns, rows, layer, size of the header. The planner lays
/// out hundreds of quantizations at start-up, so the arrays are flat.
/// </summary>
internal sealed class TensorPlan
{
    private const int FixedHeaderBytes = 4 + 4 + 8 + 8; // magic, version, tensor count, key/value count

    /// <summary>Works the plan out.</summary>
    /// <param name="architecture">The model's hyperparameters.</param>
    /// <param name="tensors">The tensors at F16, in file order.</param>
    public TensorPlan(ModelArchitecture architecture, IReadOnlyList<GgufTensorInfo> tensors)
    {
        Architecture = architecture;
        Tensors = [.. tensors];
        Roles = new TensorRole[Tensors.Length];
        Columns = new long[Tensors.Length];
        Rows = new long[Tensors.Length];
        Layers = new int[Tensors.Length];
        HeaderBytes = FixedHeaderBytes;
        for (int i = 0; i < Tensors.Length; i++)
        {
            GgufTensorInfo tensor = Tensors[i];
            Roles[i] = TensorRoles.Of(tensor.Name, tensor.Shape.Count);
            Columns[i] = tensor.Shape[0];
            Rows[i] = tensor.Elements / tensor.Shape[0];
            Layers[i] = GgufTensorName.LayerOf(tensor.Name);
            HeaderBytes += 8 + Encoding.UTF8.GetByteCount(tensor.Name) + 4 + (8L * tensor.Shape.Count) + 4 + 8; // name, rank, extents, type, offset
        }
    }

    /// <summary>The model's hyperparameters.</summary>
    public ModelArchitecture Architecture { get; }

    /// <summary>The tensors at F16, in file order.</summary>
    public GgufTensorInfo[] Tensors { get; }

    /// <summary>What each tensor is to the quantizer.</summary>
    public TensorRole[] Roles { get; }

    /// <summary>Elements of one row of each tensor.</summary>
    public long[] Columns { get; }

    /// <summary>Rows of each tensor, over all its further dimensions.</summary>
    public long[] Rows { get; }

    /// <summary>The layer in each tensor's name, or -1.</summary>
    public int[] Layers { get; }

    /// <summary>Bytes of a GGUF header for these tensors without its key/value section and padding.</summary>
    public long HeaderBytes { get; }
}
