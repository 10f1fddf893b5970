using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using ScottPlot;

namespace DeepFit.Charts.Tests;

public class ChartDrawingTests
{
    private static readonly string[] Machines =
    [
        """{ "name": "desktop", "memory": { "total_bytes": "64 GiB", "bandwidth_bytes_per_second": "60 GB/s" }, "cpu": { "physical_cores": 8 }, "gpus": [ { "name": "RTX 3090" } ] }""",
        """{ "name": "laptop", "memory": { "total_bytes": "16 GiB", "bandwidth_bytes_per_second": "50 GB/s" }, "cpu": { "physical_cores": 6 } }""",
        """{ "name": "server", "memory": { "total_bytes": "768 GiB", "bandwidth_bytes_per_second": "400 GB/s" }, "cpu": { "physical_cores": 64 }, "gpus": [ { "name": "RTX 4090" }, { "name": "RTX 4090" } ] }""",
    ];

    public static TheoryData<int, string, Language> Cases()
    {
        var data = new TheoryData<int, string, Language>();
        for (int machine = 0; machine < Machines.Length; machine++)
        {
            foreach (string use in (string[])["chat", "reasoning", "coding"])
            {
                data.Add(machine, use, Language.English);
                data.Add(machine, use, Language.Chinese);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Labels_cover_neither_each_other_nor_the_edge(int machine, string use, Language language)
    {
        SkipWithoutTypefaces();
        foreach (ChartKind kind in Enum.GetValues<ChartKind>())
        {
            IReadOnlyList<PixelRect> labels = ChartDrawing.Draw(kind, Subject(machine, use, language)).Labels;
            labels.ShouldNotBeEmpty();
            for (int i = 0; i < labels.Count; i++)
            {
                labels[i].Left.ShouldBeGreaterThan(0);
                labels[i].Right.ShouldBeLessThan(Chart.Width);
                for (int j = 0; j < i; j++)
                {
                    LabelLayout.Overlap(labels[i], labels[j]).ShouldBe(0, $"{kind}: labels {i} and {j}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_SVG_is_XML_and_says_every_label(int machine, string use, Language language)
    {
        SkipWithoutTypefaces();
        foreach (ChartKind kind in Enum.GetValues<ChartKind>())
        {
            Chart chart = ChartDrawing.Draw(kind, Subject(machine, use, language));
            XElement svg = XDocument.Parse(Encoding.UTF8.GetString(chart.Render(ChartFormat.Svg))).Root!;
            svg.Name.LocalName.ShouldBe("svg");
            svg.Attribute("width")!.Value.ShouldBe("1200");
            string words = string.Concat(svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value + "\n"));
            foreach (ChartSeries series in chart.Series)
            {
                words.ShouldContain(series.Label);
            }

            words.ShouldAllBe(c => c < '\u2E80' || c > '\u2FDF'); // radicals look like characters and cannot be searched for
            words.Contains(kind == ChartKind.Memory ? "可用" : "评分", StringComparison.Ordinal).ShouldBe(chart.Language == Language.Chinese);
            svg.Descendants().Attributes().ShouldNotContain(a => a.Value.EndsWith(", ", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(ChartKind.SpeedQuality)]
    [InlineData(ChartKind.Memory)]
    public void A_PNG_has_the_size_that_it_should(ChartKind kind)
    {
        SkipWithoutTypefaces();
        byte[] png = ChartDrawing.Draw(kind, Subject(0, "chat", Language.English)).Render(ChartFormat.Png);
        png.AsSpan(0, 8).ToArray().ShouldBe([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)).ShouldBe(1200);
        BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)).ShouldBe(800);
        using SkiaSharp.SKBitmap decoded = SkiaSharp.SKBitmap.Decode(png);
        decoded.GetPixel(2, 2).ShouldBe(SkiaSharp.SKColors.White);
        decoded.Pixels.Distinct().Count().ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Speeds_and_scores_are_those_of_the_JSON()
    {
        SkipWithoutTypefaces();
        ChartSubject subject = Subject(0, "chat", Language.English);
        Chart chart = ChartDrawing.Draw(ChartKind.SpeedQuality, subject);
        foreach (Configuration configuration in subject.Configurations.Where(c => c.Fits))
        {
            JsonElement json = Json(configuration);
            IReadOnlyDictionary<string, double> values = chart.Series.First(s => s.Label == $"{configuration.Variant} {configuration.Quantization}").Values;
            foreach (string name in (string[])["generation_tps", "generation_tps_low", "generation_tps_high"])
            {
                values[name].ShouldBe(json.GetProperty("speed").GetProperty(name).GetDouble());
            }

            foreach (string name in (string[])["score", "score_low", "score_high"])
            {
                values[name].ShouldBe(json.GetProperty("quality").GetProperty(name).GetDouble());
            }
        }
    }

    [Fact]
    public void Memory_is_that_of_the_JSON()
    {
        SkipWithoutTypefaces();
        ChartSubject subject = Subject(2, "chat", Language.English);
        Chart chart = ChartDrawing.Draw(ChartKind.Memory, subject);
        int seen = 0;
        foreach (Configuration configuration in subject.Configurations)
        {
            JsonElement[] devices = [.. Json(configuration).GetProperty("memory").GetProperty("devices").EnumerateArray().Where(d => d.GetProperty("total_bytes").GetInt64() > 0)];
            foreach (JsonElement device in devices)
            {
                string label = $"{configuration.Variant} {configuration.Quantization}{(devices.Length > 1 ? $" · {device.GetProperty("device").GetString()}" : "")}";
                IReadOnlyDictionary<string, double> values = chart.Series.First(s => s.Label == label).Values;
                foreach ((string name, double value) in values)
                {
                    value.ShouldBe(device.GetProperty(name).GetDouble(), $"{label} {name}");
                    seen++;
                }
            }
        }

        seen.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void Where_nothing_runs_there_is_nothing_to_draw_and_it_says_what_to_do()
    {
        SkipWithoutTypefaces();
        MachineProfile tiny = MachineFile.Read(new MemoryStream("""{ "name": "tiny", "memory": { "total_bytes": "1 GiB", "available_bytes": "200 MiB" } }"""u8.ToArray()), "tiny.json");
        Recommendation advice = Recommender.Recommend(tiny, new RecommendRequest());
        var subject = new ChartSubject { Configurations = advice.Configurations, Machine = "tiny", Use = advice.Use, Language = Language.English };
        Should.Throw<UserErrorException>(() => ChartDrawing.Draw(ChartKind.SpeedQuality, subject)).Text.En.ShouldContain("--chart-kind memory");
        ChartDrawing.Draw(ChartKind.Memory, subject).Series.Count.ShouldBe(9);
    }

    private static JsonElement Json(Configuration configuration)
    {
        using var stream = new MemoryStream();
        ContractJson.Write(stream, configuration.ToDocument(Language.English));
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }

    private static ChartSubject Subject(int machine, string use, Language language)
    {
        MachineProfile profile = MachineFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(Machines[machine])), "machine.json");
        Recommendation advice = Recommender.Recommend(profile, new RecommendRequest { Use = UseProfile.Find(use) });
        return new ChartSubject
        {
            Configurations = [.. advice.Configurations, .. advice.Alternatives.Select(a => a.Configuration)],
            Pick = advice.Pick,
            Machine = profile.Name,
            Use = advice.Use,
            Language = language,
        };
    }

    private static void SkipWithoutTypefaces() => Assert.SkipUnless(ChartFonts.Family(Language.English) is not null, "no typeface on this machine");
}
