using System.Text.Json;
using DeepFit.Core.Contract;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Contract;

public class ModelMapTests
{
    private static JsonElement Models(Language language = Language.English) =>
        Samples.Json(s => ContractJson.Write(s, [.. ModelCatalog.Default.Variants.Select(v => v.ToDocument(language))]));

    private static JsonElement Model(string id) => Models().EnumerateArray().Single(m => m.GetProperty("id").GetString() == id);

    [Fact]
    public void The_list_is_an_array_of_all_variants() =>
        Models().EnumerateArray().Select(m => m.GetProperty("id").GetString())
            .ShouldBe(["1.5b", "7b", "8b", "14b", "32b", "70b", "671b", "8b-0528", "671b-0528"]);

    [Fact]
    public void A_variant_carries_the_catalogue_s_facts()
    {
        JsonElement json = Model("7b");
        json.GetProperty("display_name").GetString().ShouldBe("DeepSeek-R1-Distill-Qwen-7B");
        json.GetProperty("architecture").GetString().ShouldBe("qwen2");
        json.GetProperty("is_distilled").GetBoolean().ShouldBeTrue();
        json.GetProperty("layer_count").GetInt32().ShouldBe(28);
        json.GetProperty("rule_of_thumb")[0].GetProperty("bytes_per_parameter").GetDouble().ShouldBe(4);
        json.GetProperty("rule_of_thumb")[0].GetProperty("bytes").GetInt64().ShouldBe(json.GetProperty("parameter_count").GetInt64() * 4);
        json.GetProperty("guidance").GetProperty("ram_bytes").GetInt64().ShouldBe(32_000_000_000);
        json.GetProperty("guidance").GetProperty("download_bytes").GetInt64().ShouldBe(4_700_000_000);
        json.GetProperty("claim").GetProperty("previous_variant").GetString().ShouldBe("1.5b");
        JsonElement quantization = json.GetProperty("quantizations").EnumerateArray().Single(q => q.GetProperty("name").GetString() == "Q4_K_M");
        quantization.GetProperty("file_bytes").GetInt64().ShouldBe(ModelCatalog.Default.Find("7b").Layout(Quantizations.Find("Q4_K_M")).FileBytes.Bytes);
        quantization.GetProperty("bits_per_weight").GetDouble().ShouldBeInRange(4.8, 5.0);
    }

    [Fact]
    public void R1_itself_is_not_distilled_and_the_refresh_has_no_guidance()
    {
        Model("671b").GetProperty("is_distilled").GetBoolean().ShouldBeFalse();
        Model("671b").GetProperty("active_parameter_count").GetInt64().ShouldBe(37_552_282_624);
        Model("8b-0528").GetProperty("guidance").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void Words_are_in_the_language_asked_for() =>
        Models(Language.Chinese)[0].GetProperty("purpose").GetString().ShouldBe(ModelCatalog.Default.Variants[0].Purpose.Zh);
}
