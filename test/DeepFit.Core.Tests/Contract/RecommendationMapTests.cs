using System.Text.Json;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Contract;

public class RecommendationMapTests
{
    private static readonly MachineProfile Desktop = MachineFile.Read(
        """
        {"name": "desktop", "memory": {"total_bytes": "32 GiB", "bandwidth_bytes_per_second": "60 GB/s"}, "cpu": {"physical_cores": 8},
         "disk": {"free_bytes": "500 GB"}, "gpus": [{"name": "RTX 3090"}]}
        """,
        "desktop.json");

    private static JsonElement Json(MachineProfile machine, RecommendRequest? request = null, Language language = Language.English) =>
        Samples.Json(s => ContractJson.Write(s, Recommender.Recommend(machine, request).ToDocument(machine, language)));

    [Fact]
    public void A_recommendation_has_every_field_of_the_contract()
    {
        JsonElement json = Json(Desktop);
        json.Names().ShouldBe(["machine", "use", "pick", "reason", "alternatives", "considered", "configurations", "team"]);
        json.GetProperty("machine").GetProperty("name").GetString().ShouldBe("desktop");
        json.GetProperty("use").GetString().ShouldBe("chat");
        json.GetProperty("pick").GetProperty("fits").GetBoolean().ShouldBeTrue();
        json.GetProperty("pick").GetProperty("speed").GetProperty("generation_tps").GetDouble().ShouldBeGreaterThan(0);
        json.GetProperty("considered").GetInt32().ShouldBeGreaterThan(100);
        foreach (JsonElement alternative in json.GetProperty("alternatives").EnumerateArray())
        {
            alternative.Names().ShouldBe(["label", "configuration"]);
        }
    }

    [Fact]
    public void Every_variant_has_a_row_also_those_that_do_not_fit()
    {
        JsonElement[] rows = [.. Json(Desktop).GetProperty("configurations").EnumerateArray()];
        rows.Select(r => r.GetProperty("variant").GetString()).Distinct().Count().ShouldBe(9);
        JsonElement full = rows.First(r => r.GetProperty("variant").GetString() == "671b");
        full.GetProperty("fits").GetBoolean().ShouldBeFalse();
        full.GetProperty("limited_by").GetString().ShouldNotBeNull();
    }

    [Theory]
    [InlineData("""{"memory": {"total_bytes": "2 GiB", "available_bytes": "600 MiB"}}""")]
    [InlineData("""{"memory": {"total_bytes": 2147483648}}""")]
    public void Where_nothing_fits_the_pick_is_null_and_the_reason_is_given(string file)
    {
        MachineProfile small = MachineFile.Read(file, "small.json");
        JsonElement json = Json(small);
        json.GetProperty("pick").ValueKind.ShouldBe(JsonValueKind.Null);
        json.GetProperty("reason").GetString().ShouldNotBeNullOrWhiteSpace();
        json.GetProperty("configurations").EnumerateArray().ShouldAllBe(r => !r.GetProperty("fits").GetBoolean());
    }

    [Fact]
    public void Words_are_in_the_language_asked_for() =>
        Json(Desktop, language: Language.Chinese).GetProperty("reason").GetString().ShouldBe(Recommender.Recommend(Desktop).Explanation.Zh);
}
