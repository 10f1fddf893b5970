using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Tests.Models;

public class QuantizationMixTests
{
    [Theory]
    [InlineData("1.5b")]
    [InlineData("7b")]
    [InlineData("8b")]
    [InlineData("14b")]
    [InlineData("32b")]
    [InlineData("70b")]
    [InlineData("671b")]
    [InlineData("8b-0528")]
    [InlineData("671b-0528")]
    [InlineData("671b-unsplit")]
    [InlineData("tied-896")]
    [InlineData("mha")]
    [InlineData("mixtral")]
    public void Every_tensor_gets_the_type_that_llama_quantize_gives_it(string model)
    {
        (ModelArchitecture architecture, IReadOnlyList<GgufTensorInfo> tensors) = CatalogTestData.Model(model);
        var asked = new HashSet<string>();
        foreach (string[] row in CatalogTestData.Rows("llama_quantize_types.tsv").Where(r => r[0] == model))
        {
            asked.Add(row[1]);
            GgmlType[] types = QuantizationMix.Types(architecture, tensors, Quantizations.Find(row[1]), row[2] == "1");
            string name = $"{model} {row[1]} importance matrix {row[2]}";

            CountByType(types).ShouldBe(row[4], name);
            long bytes = 0;
            for (int i = 0; i < types.Length; i++)
            {
                bytes += (tensors[i] with { Type = types[i] }).Bytes;
            }

            bytes.ToString(CultureInfo.InvariantCulture).ShouldBe(row[3], name);
            Digest(tensors, types).ShouldBe(row[5], name);
        }

        asked.Count.ShouldBe(Quantizations.All.Count(q => q.IsStandard));
    }

    [Theory]
    [InlineData("Q2_K_L", "Q2_K")]
    [InlineData("Q3_K_XL", "Q3_K_L")]
    [InlineData("Q4_K_L", "Q4_K_M")]
    [InlineData("Q5_K_L", "Q5_K_M")]
    [InlineData("Q6_K_L", "Q6_K")]
    public void Large_mixes_differ_from_their_base_in_embedding_and_output_alone(string large, string plain)
    {
        ModelVariant variant = ModelCatalog.Default.Find("7b");
        ModelLayout with = variant.Layout(Quantizations.Find(large));
        ModelLayout without = variant.Layout(Quantizations.Find(plain));
        for (int i = 0; i < with.Tensors.Count; i++)
        {
            bool raised = with.Tensors[i].Name is "output.weight" or "token_embd.weight";
            with.Tensors[i].Type.ShouldBe(raised ? GgmlType.Q8_0 : without.Tensors[i].Type, with.Tensors[i].Name);
        }
    }

    [Fact]
    public void Rows_that_no_block_fits_stay_at_F16() => QuantizationMix.FitToRows(GgmlType.Q4_K, 40).ShouldBe(GgmlType.F16);

    [Fact]
    public void R1s_narrow_key_matrices_fall_back_to_a_small_block()
    {
        ModelLayout layout = ModelCatalog.Default.Find("671b").Layout(Quantizations.Find("Q4_K_M"));
        layout.Tensors.Where(t => t.Name.EndsWith("attn_k_b.weight", StringComparison.Ordinal)).ShouldAllBe(t => t.Type == GgmlType.Q5_0);
    }

    private static string CountByType(GgmlType[] types) =>
        string.Join(' ', types.GroupBy(t => t.ToString()).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}:{g.Count()}"));

    private static string Digest(IReadOnlyList<GgufTensorInfo> tensors, GgmlType[] types)
    {
        var text = new StringBuilder();
        for (int i = 0; i < types.Length; i++)
        {
            text.Append(tensors[i].Name).Append(':').Append(types[i]).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString())))[..16];
    }
}
