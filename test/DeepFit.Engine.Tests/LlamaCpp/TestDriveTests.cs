using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.TestDriving;

namespace DeepFit.Engine.Tests.LlamaCpp;

/// <summary>The whole way through the engine with models cut so small that it takes a second; speed itself is nothing that a test can judge.</summary>
[Collection(Engine.Collection)]
public class TestDriveTests
{
    [Fact]
    public async Task A_test_drive_reports_progress_and_ends_with_a_result()
    {
        Engine.Require();
        List<TestDriveProgress> progress = await Collect(Request("7b", layers: 3) with { ContextDepth = 300 });
        progress.Select(p => p.Fraction).ShouldBe(progress.Select(p => p.Fraction).Order());
        progress.SkipLast(1).ShouldAllBe(p => p.Result == null);
        TestDriveResult result = progress[^1].Result.ShouldNotBeNull();
        result.PromptTps.ShouldBeGreaterThan(0);
        result.GenerationTps.ShouldBeGreaterThan(0);
        result.Depths.ShouldBe([3]);
        result.ContextDepth.ShouldBe(300);
        result.Rounds.ShouldBeGreaterThanOrEqualTo(3);
        result.Engine.ShouldStartWith("llama.cpp v0.4.0");
        result.PeakRssBytes.ShouldBeGreaterThan(100L << 20);
        result.Devices.ShouldNotBeEmpty();
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mixture_of_experts_is_test_driven_with_few_experts_where_memory_is_short()
    {
        Engine.Require();
        ModelLayout r1 = ProbeLayout.KeepVocabulary(ProbeLayout.KeepExperts(Engine.Layout("671b", "IQ1_S"), 32), 1024);
        TestDriveRequest request = Request("671b", layers: 1) with { Layout = Cut(r1, 2, 3) };
        List<TestDriveProgress> progress = await Collect(request);
        progress[^1].Result.ShouldNotBeNull().GenerationTps.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Cancellation_ends_the_child_and_leaves_nothing_behind()
    {
        Engine.Require();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (TestDriveProgress progress in new TestDrive(Engine.CpuOnly()).RunAsync(Request("7b", layers: 3) with { Seconds = 600 }, stop.Token))
            {
                if (progress.Phase == "prompt")
                {
                    await stop.CancelAsync();
                }
            }
        });
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_temporary_folder_that_cannot_be_written_is_said_so()
    {
        Engine.Require();
        string file = Path.GetTempFileName();
        try
        {
            var request = new EngineRequest { Folder = file, Layout = Request("7b", layers: 1).Layout, Options = new RuntimeOptions() };
            EngineFailedException error = await Should.ThrowAsync<EngineFailedException>(() =>
                Engine.CpuOnly().AskAsync("dryrun", request, TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
            error.Failure.ShouldBe(EngineFailure.TemporaryFile);
            error.Text.En.ShouldContain("TMPDIR");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Task<List<TestDriveProgress>> Collect(TestDriveRequest request) => Engine.WhenCalmAsync(async () =>
    {
        var progress = new List<TestDriveProgress>();
        await foreach (TestDriveProgress item in new TestDrive(Engine.CpuOnly()).RunAsync(request, TestContext.Current.CancellationToken))
        {
            progress.Add(item);
        }

        return progress;
    });

    private static TestDriveRequest Request(string variant, int layers) => new()
    {
        Variant = variant,
        Layout = Cut(ProbeLayout.KeepVocabulary(Engine.Layout(variant, "Q4_0"), 1024), [.. Enumerable.Range(0, layers)]),
        Seconds = 0.2,
        PromptTokens = 16,
    };

    private static ModelLayout Cut(ModelLayout layout, params int[] layers) => Core.Gguf.SyntheticGguf.KeepLayers(layout, layers);

    private static string[] Leftovers() => Directory.GetDirectories(Path.GetTempPath(), $"deepfit-engine-{Environment.ProcessId}-*");
}
