using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Engine.Storage;
using DeepFit.Server.Deployments;
using DeepFit.Server.Hosting;
using DeepFit.TestModels;

namespace DeepFit.Server.Tests.Deployments;

/// <summary>A real engine with the tiny model, a real server, and a database: what <c>deepfit ps</c> sees of it.</summary>
public sealed class ServedDeploymentTests : IDisposable
{
    private const string Key = "a-key-of-enough-letters";

    private readonly string folder = Directory.CreateTempSubdirectory("deepfit-served-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_tells_what_it_is_from_its_registration_to_its_end()
    {
        Assert.SkipUnless(NativeEngine.IsPresent, "no engine for this platform");
        string path = Path.Combine(folder, "tiny.gguf");
        new TinyModel().Write(path);
        using var store = new DeploymentStore(folder, TimeProvider.System);
        var manager = new DeploymentManager(store, new DeploymentFiles(folder), TimeProvider.System);
        using var http = new HttpClient();
        var client = new DeploymentClient(http, TimeProvider.System);

        await using ServedDeployment served = ServedDeployment.Register(manager, Plan(path), Key);
        manager.Find(served.Id)!.State.ShouldBe(DeploymentState.Starting);
        await using ServerHost server = await ServerHost.StartAsync(new ServerOptions { Port = 0, ApiKeys = [Key] }, [served.Module], Token);
        using (var early = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, StatusModule.Path)) { Headers = { { "X-Api-Key", Key } } })
        {
            ((int)(await http.SendAsync(early, Token)).StatusCode).ShouldBe(503);
        }

        served.Loading(0.5);
        manager.Find(served.Id)!.LoadedShare.ShouldBe(0.5);
        await using InferenceEngine engine = await InferenceEngine.LoadAsync(Plan(path).Settings() with { Budget = null, Threads = 1 }, null, Token);
        served.Ready(engine, server.Address);

        Deployment running = manager.Find(served.Id)!;
        (running.State, running.Url).ShouldBe((DeploymentState.Running, server.Address));
        ServerStatusDocument status = (await client.StatusAsync(running, Token)).ShouldNotBeNull();
        status.Id.ShouldBe(served.Id);
        status.Model.ShouldBe(running.Model);
        status.Path.ShouldBe(path);
        status.RequestTokens.ShouldBe(1024);
        status.Statistics.Slots.ShouldBe(2);
        status.ActualMemory.Devices[0].KvCacheBytes.ShouldBe(status.PredictedMemory.Devices[0].KvCacheBytes);
        Math.Abs(status.ActualMemory.Devices[0].WeightsBytes - status.PredictedMemory.Devices[0].WeightsBytes).ShouldBeLessThan(64 * 1024);
        status.ProcessMemory.ShouldNotBeNull().ResidentBytes.ShouldBeGreaterThan(0);
        (await client.StatusAsync(running with { KeyPath = null }, Token)).ShouldBeNull(); // it needs the key

        served.Draining();
        manager.Find(served.Id)!.State.ShouldBe(DeploymentState.Draining);
        served.Ended(0);
        Deployment ended = manager.Find(served.Id)!;
        (ended.State, ended.ExitCode, ended.KeyPath).ShouldBe((DeploymentState.Stopped, 0, null));
        File.Exists(running.KeyPath).ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static LaunchPlan Plan(string path)
    {
        ModelLayout layout = InferenceModel.Read(path).Layout;
        var options = new RuntimeOptions { Context = 2048, Parallel = 2, UBatch = 64, Batch = 64, FewOutputs = true };
        var model = new PlannedModel(path, layout, null, path);
        return new LaunchPlan
        {
            Model = model,
            Machine = Core.Hardware.MachineFile.Read("""{ "name": "pc", "memory": { "total_bytes": "8 GiB" } }""", "test"),
            Path = path,
            Configuration = new Configuration
            {
                Variant = path,
                Quantization = layout.Quantization,
                Options = options,
                FileBytes = layout.FileBytes,
                Fits = true,
                Reason = new("-", "-"),
                Memory = MemoryEstimator.Estimate(layout, options, EstimationTarget.CpuOnly),
                Quality = QualityEstimator.Estimate(path, layout, options, UseProfile.Chat),
            },
        };
    }
}
