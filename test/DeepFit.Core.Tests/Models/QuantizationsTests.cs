using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Models;

public class QuantizationsTests
{
    [Fact]
    public void They_are_ordered_from_small_to_large()
    {
        ModelVariant variant = ModelCatalog.Default.Find("7b");
        long[] sizes = [.. Quantizations.All.Select(q => variant.Layout(q).FileBytes.Bytes)];
        sizes.ShouldBe(sizes.Order());
    }

    [Theory]
    [InlineData("q4_k_m", "Q4_K_M")]
    [InlineData("Q4-K-M", "Q4_K_M")]
    [InlineData("Q4_K", "Q4_K_M")]
    [InlineData("fp16", "F16")]
    [InlineData("q6_k_l", "Q6_K_L")]
    public void Names_are_found_in_any_case(string name, string found) => Quantizations.Find(name).Name.ShouldBe(found);

    [Theory]
    [InlineData("Q4KM", "Q4_K_M")]
    [InlineData("Q4_M_K", "Q4_K_M")]
    [InlineData("Q9_0", "Q8_0")]
    public void An_unknown_one_is_answered_with_the_nearest(string name, string near)
    {
        UserErrorException error = Should.Throw<UserErrorException>(() => Quantizations.Find(name));
        error.Text.En.ShouldContain(near);
        error.Text.Zh.ShouldContain(near);
    }

    [Fact]
    public void A_name_far_from_all_is_answered_with_the_common_ones() =>
        Should.Throw<UserErrorException>(() => Quantizations.Find("SOMETHING-ELSE-ENTIRELY")).Text.En.ShouldContain("Q4_K_M, Q5_K_M, Q8_0");

    [Theory]
    [InlineData("AWQ-INT4-GROUP128", "vLLM", "deepfit capacity")]
    [InlineData("fp8", "vLLM", "--weights")]
    [InlineData("W8A8 INT8", "vLLM", "Q8_0")]
    [InlineData("MLX 4-bit", "MLX", "Metal")]
    [InlineData("UD-Q2_K_XL", "own mix", "address")]
    public void A_format_of_another_engine_is_named_with_the_way_out(string name, string what, string way)
    {
        UserErrorException error = Should.Throw<UserErrorException>(() => Quantizations.Find(name));
        error.Text.En.ShouldContain(what);
        error.Text.En.ShouldContain(way);
        error.Text.Zh.ShouldContain(name);
    }

    [Fact]
    public void Only_the_standard_ones_have_a_number_of_their_own()
    {
        Quantizations.All.Where(q => q.IsStandard).Select(q => q.Ftype).ShouldBeUnique();
        Quantizations.All.Where(q => !q.IsStandard).Select(q => q.Name).ShouldBe(["Q2_K_L", "Q3_K_XL", "Q4_K_L", "Q5_K_L", "Q6_K_L"]);
    }

    [Fact]
    public void Q4_K_M_of_7b_takes_4_91_bits_per_weight() =>
        Quantizations.Find("Q4_K_M").BitsPerWeight(ModelCatalog.Default.Find("7b")).ShouldBe(4.91, tolerance: 0.005);
}
