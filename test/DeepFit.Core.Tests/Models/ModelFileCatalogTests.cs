using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Tests.Models;

public sealed class ModelFileCatalogTests
{
    [Fact]
    public void Every_row_names_a_variant_a_quantization_a_hub_and_a_source()
    {
        ModelFileCatalog.All.Count.ShouldBeGreaterThan(150);
        foreach (ModelFile row in ModelFileCatalog.All)
        {
            ModelCatalog.Default.Find(row.Variant).Id.ShouldBe(row.Variant);
            Quantizations.Find(row.Quantization).Name.ShouldBe(row.Quantization);
            row.Hub.ShouldBeOneOf("hf", "modelscope", "ollama");
            row.Source.ShouldNotBeNullOrWhiteSpace();
            row.Source.ShouldNotContain("recalled");
            (row.Sha256 is null || (row.Sha256.Length == 64 && row.Sha256.All(char.IsAsciiHexDigitLower))).ShouldBeTrue(row.File);
            if (row.Hub != "ollama")
            {
                row.File.ShouldEndWith(".gguf");
                row.Repository.Split('/').Length.ShouldBe(2);
            }
        }

        ModelFileCatalog.All.Select(row => (row.Variant, row.Quantization, row.Hub, row.Repository)).ShouldBeUnique();
    }

    [Fact]
    public void A_published_size_is_the_size_that_is_estimated()
    {
        ModelFile[] exact = [.. ModelFileCatalog.All.Where(row => row.Bytes is not null)];
        exact.Length.ShouldBeGreaterThan(30);
        foreach (ModelFile row in exact)
        {
            long estimated = ModelCatalog.Default.Find(row.Variant).Layout(Quantizations.Find(row.Quantization)).FileBytes.Bytes;
            Math.Abs(((double)row.Bytes! / estimated) - 1).ShouldBeLessThan(0.03, $"{row.Variant} {row.Quantization} of {row.Repository}");
        }
    }

    [Fact]
    public void Every_variant_is_published_in_the_usual_quantization_and_split_files_name_their_parts()
    {
        foreach (ModelVariant variant in ModelCatalog.Default.Variants)
        {
            ModelFileCatalog.Find(variant, Quantizations.Find("Q4_K_M")).ShouldContain(row => row.Hub == "hf", variant.Id);
        }

        foreach (ModelFile row in ModelFileCatalog.All.Where(row => row.Hub != "ollama"))
        {
            GgufSplitName.TryParse(row.File, out GgufSplitName? part).ShouldBe(row.Parts > 1, row.File);
            row.AllFiles().Count.ShouldBe(row.Parts);
            row.AllFiles().ShouldBe(part is null ? [row.File] : [.. part.All().Select(p => p.ToString())]);
        }
    }

    [Fact]
    public void The_nearest_published_quantization_is_itself_or_the_next_in_size()
    {
        ModelVariant big = ModelCatalog.Default.Find("671b");
        ModelFileCatalog.Nearest(big, Quantizations.Find("Q4_K_M"))[0].Name.ShouldBe("Q4_K_M");
        ModelFileCatalog.Nearest(big, Quantizations.Find("Q5_K_S"))[0].Name.ShouldBe("Q5_K_M");
        ModelFileCatalog.Find(big, Quantizations.Find("Q5_K_S")).ShouldBeEmpty();
    }
}
