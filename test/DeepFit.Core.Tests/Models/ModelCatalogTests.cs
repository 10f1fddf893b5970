using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Models;

public class ModelCatalogTests
{
    private static readonly ModelCatalog Catalog = ModelCatalog.Default;

    public static TheoryData<string> Ids => new(Catalog.Variants.Select(v => v.Id));

    [Fact]
    public void The_seven_versions_and_the_refresh_are_there() =>
        Catalog.Variants.Select(v => v.Id).ShouldBe(["1.5b", "7b", "8b", "14b", "32b", "70b", "671b", "8b-0528", "671b-0528"]);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Parameters_counted_from_the_shapes_equal_the_published_number(string id)
    {
        ModelVariant variant = Catalog.Find(id);
        long ropeFreqs = variant.Architecture.HasRopeFreqs ? 64 : 0;
        variant.Layout(Quantizations.Find("F16")).ParameterCount.ShouldBe(variant.ParameterCount + ropeFreqs);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Active_parameters_follow_from_the_shapes(string id)
    {
        ModelVariant variant = Catalog.Find(id);
        long idle = 0;
        foreach (GgufTensorInfo tensor in variant.Layout(Quantizations.Find("F16")).Tensors)
        {
            if (tensor.Name.Contains("_exps.", StringComparison.Ordinal))
            {
                MixtureOfExperts experts = variant.Architecture.Experts.ShouldNotBeNull();
                idle += tensor.Elements / experts.ExpertCount * (experts.ExpertCount - experts.ExpertUsedCount);
            }
            else if (tensor.Name.EndsWith("exp_probs_b.bias", StringComparison.Ordinal))
            {
                idle += tensor.Elements;
            }
        }

        variant.ActiveParameterCount.ShouldBe(variant.ParameterCount - idle);
    }

    [Fact]
    public void R1_has_671026419200_parameters_of_which_a_token_uses_37552282624()
    {
        ModelVariant r1 = Catalog.Find("671b");
        r1.ParameterCount.ShouldBe(671_026_419_200);
        r1.ActiveParameterCount.ShouldBe(37_552_282_624);
        r1.Layout(Quantizations.Find("F16")).Tensors.Count.ShouldBe(1086);
    }

    [Theory]
    [InlineData("7B", "7b")]
    [InlineData("deepseek-r1:7b", "7b")]
    [InlineData(" deepseek-ai/deepseek-r1-distill-qwen-7b ", "7b")]
    [InlineData("8b", "8b")]
    [InlineData("8b-llama", "8b")]
    [InlineData("deepseek-r1:8b", "8b-0528")]
    [InlineData("deepseek-r1:671b", "671b-0528")]
    [InlineData("r1-671b", "671b")]
    [InlineData("deepseek-ai/DeepSeek-R1", "671b")]
    public void Names_that_people_use_lead_to_the_variant(string name, string id) => Catalog.Find(name).Id.ShouldBe(id);

    [Fact]
    public void Where_Ollamas_tag_means_another_model_the_variant_says_so()
    {
        Catalog.Find("8b").NamingNote.ShouldNotBeNull().En.ShouldContain("8b-0528");
        Catalog.Find("8b-0528").NamingNote.ShouldNotBeNull().Zh.ShouldContain("8b");
        Catalog.Find("7b").NamingNote.ShouldBeNull();
    }

    [Theory]
    [InlineData("9b", "7b")]
    [InlineData("deepseek-r1:17b", "deepseek-r1:7b")]
    [InlineData("671", "671b")]
    public void An_unknown_variant_is_answered_with_the_nearest(string name, string near)
    {
        UserErrorException error = Should.Throw<UserErrorException>(() => Catalog.Find(name));
        error.Text.En.ShouldContain($"'{name}'");
        error.Text.En.ShouldContain(near);
        error.Text.Zh.ShouldContain(near);
    }

    [Fact]
    public void A_name_far_from_all_is_answered_with_the_list()
    {
        UserErrorException error = Should.Throw<UserErrorException>(() => Catalog.Find("mistral-nemo"));
        error.Text.En.ShouldContain("1.5b, 7b, 8b, 14b, 32b, 70b, 671b, 8b-0528, 671b-0528");
        error.Text.En.ShouldNotContain("Did you mean");
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_variant_says_what_it_is_and_where_that_stands(string id)
    {
        ModelVariant variant = Catalog.Find(id);
        variant.License.ShouldBe("MIT");
        (variant.BaseLicense is not null).ShouldBe(variant.IsDistilled);
        variant.IsDistilled.ShouldBe(!variant.Architecture.IsMla);
        variant.HuggingFaceRepository.ShouldBe("deepseek-ai/" + variant.DisplayName);
        foreach (BilingualText text in new[] { variant.Purpose, variant.Nature })
        {
            text.En.ShouldNotContain("  ");
            text.Zh.ShouldContain("。");
            text.Zh.Any(c => c is >= '\u4e00' and <= '\u9fff').ShouldBeTrue();
        }

        variant.Nature.En.ShouldContain(variant.IsDistilled ? "distilled model" : "R1 itself");
        variant.Nature.Zh.ShouldContain(variant.IsDistilled ? "蒸馏模型" : "R1");
        variant.Sources.Select(s => s.Fact).ShouldContain("architecture");
        variant.Sources.ShouldAllBe(s => s.Source.Length > 20);
    }

    [Fact]
    public void The_guides_figures_are_kept_as_it_gives_them()
    {
        PublishedGuidance guide = Catalog.Find("671b").Guidance.ShouldNotBeNull();
        (guide.DownloadGb, guide.RamGb, guide.RamIsMinimum, guide.DiskGb, guide.DiskIsMinimum).ShouldBe((404, 512, true, 2000, true));
        guide.Source.ShouldContain("cnblogs.com/kaigejava/p/18709541");
        Catalog.Find("8b-0528").Guidance.ShouldBeNull();
        Catalog.Find("7b").Guidance!.CpuCores.ShouldBe([6, 8]);
    }

    [Fact]
    public void The_guides_compute_claims_are_the_ratios_of_the_nominal_sizes()
    {
        (string Id, double Billions)[] nominal = [("1.5b", 1.5), ("7b", 7), ("8b", 8), ("14b", 14), ("32b", 32), ("70b", 70), ("671b", 671)];
        for (int i = 1; i < nominal.Length; i++)
        {
            PublishedClaim claim = Catalog.Find(nominal[i].Id).Claim.ShouldNotBeNull();
            claim.PreviousVariant.ShouldBe(nominal[i - 1].Id);
            ((double)claim.ComputePercent).ShouldBe(((nominal[i].Billions / nominal[i - 1].Billions) - 1) * 100, tolerance: 1.5);
            claim.QualityPercent.ShouldBeInRange(20, 100);
        }
    }

    [Fact]
    public void The_rule_of_thumb_overstates_what_is_shipped()
    {
        ModelVariant variant = Catalog.Find("7b");
        ModelLayout shipped = variant.Layout(Quantizations.Find("Q4_K_M"));
        RuleOfThumb rule = variant.RuleOfThumb;

        rule.Figures.Select(f => (f.BytesPerParameter, f.Size.Bytes)).ShouldBe(
            [(4, 30_462_466_048), (2, 15_231_233_024), (1, 7_615_616_512), (0.5, 3_807_808_256)]);
        rule.FactorOver(4, shipped.TensorBytes).ShouldBe(6.51, tolerance: 0.01);
        rule.Explain(shipped).En.ShouldContain("4.91 bits");
        rule.Explain(shipped).Zh.ShouldContain("4.91 位");
    }
}
