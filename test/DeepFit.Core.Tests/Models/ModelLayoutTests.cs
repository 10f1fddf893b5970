using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Tests.Models;

public class ModelLayoutTests
{
    [Fact]
    public void A_layout_is_built_once()
    {
        ModelVariant variant = ModelCatalog.Default.Find("671b");
        Quantization quantization = Quantizations.Find("Q4_K_M");
        ModelLayout[] layouts = new ModelLayout[8];
        Parallel.For(0, layouts.Length, i => layouts[i] = variant.Layout(quantization));
        layouts.ShouldAllBe(l => ReferenceEquals(l, layouts[0]));
        variant.Layout(quantization, quantization.ImportanceMatrix).ShouldBeSameAs(layouts[0]);
    }

    [Fact]
    public void Tensors_lie_one_behind_the_other_at_multiples_of_32_up_to_the_files_end()
    {
        foreach (ModelVariant variant in ModelCatalog.Default.Variants)
        {
            foreach (Quantization quantization in Quantizations.All)
            {
                ModelLayout layout = variant.Layout(quantization);
                long end = 0;
                foreach (GgufTensorInfo tensor in layout.Tensors)
                {
                    tensor.Offset.ShouldBe(end);
                    end = (tensor.Offset + tensor.Bytes + 31) / 32 * 32;
                }

                (layout.FileBytes.Bytes - end).ShouldBeInRange(variant.MetadataBytes.Bytes, variant.MetadataBytes.Bytes + 100_000);
                (layout.FileBytes.Bytes % 32).ShouldBe(0);
            }
        }
    }

    [Fact]
    public void Tensors_come_in_the_order_in_which_llama_quantize_writes_them()
    {
        foreach (ModelVariant variant in ModelCatalog.Default.Variants)
        {
            string[] names = [.. ModelTensors.ListF16(variant.Architecture).Select(t => t.Name)];
            names.ShouldBe(names.OrderBy(Layer).ThenBy(n => n, StringComparer.Ordinal));
            names.ShouldBeUnique();
        }

        static int Layer(string name) => name.StartsWith("blk.", StringComparison.Ordinal)
            ? int.Parse(name.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture)
            : -1;
    }

    [Fact]
    public void F16_files_keep_vectors_and_the_router_at_F32()
    {
        foreach (GgufTensorInfo tensor in ModelTensors.ListF16(ModelCatalog.Default.Find("671b").Architecture))
        {
            bool small = tensor.Shape.Count == 1 || tensor.Name.EndsWith("ffn_gate_inp.weight", StringComparison.Ordinal);
            tensor.Type.ShouldBe(small ? GgmlType.F32 : GgmlType.F16, tensor.Name);
        }
    }

    [Theory]
    [InlineData("7b", "blk.3.attn_q.bias", GgmlType.F32, new long[] { 3584 })]
    [InlineData("7b", "blk.3.attn_k.weight", GgmlType.F16, new long[] { 3584, 512 })]
    [InlineData("8b", "rope_freqs.weight", GgmlType.F32, new long[] { 64 })]
    [InlineData("8b-0528", "blk.35.attn_k_norm.weight", GgmlType.F32, new long[] { 128 })]
    [InlineData("671b", "blk.60.attn_k_b.weight", GgmlType.F16, new long[] { 128, 512, 128 })]
    [InlineData("671b", "blk.60.attn_v_b.weight", GgmlType.F16, new long[] { 512, 128, 128 })]
    [InlineData("671b", "blk.3.ffn_down_exps.weight", GgmlType.F16, new long[] { 2048, 7168, 256 })]
    [InlineData("671b", "blk.3.exp_probs_b.bias", GgmlType.F32, new long[] { 256 })]
    [InlineData("671b", "blk.2.ffn_up.weight", GgmlType.F16, new long[] { 7168, 18432 })]
    public void Tensors_have_ggmls_shapes(string variant, string name, GgmlType type, long[] shape)
    {
        GgufTensorInfo tensor = ModelTensors.ListF16(ModelCatalog.Default.Find(variant).Architecture).Single(t => t.Name == name);
        tensor.Type.ShouldBe(type);
        tensor.Shape.ShouldBe(shape);
    }

    [Fact]
    public void The_prediction_layer_of_R1_is_not_in_the_file() =>
        ModelTensors.ListF16(ModelCatalog.Default.Find("671b").Architecture).ShouldNotContain(t => t.Name.StartsWith("blk.61.", StringComparison.Ordinal));
}
