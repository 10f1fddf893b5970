using System.Diagnostics;
using System.Runtime.InteropServices;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.Storage;

namespace DeepFit.Engine.Tests.Deployments;

/// <summary>A home folder of the test's own, and servers in it that are this very test program, started again for <see cref="ServingProcess"/>.</summary>
public abstract class DeploymentFixture : IDisposable
{
    protected DeploymentFixture()
    {
        Files = new DeploymentFiles(Folder);
        Store = new DeploymentStore(Folder, TimeProvider.System, Warnings.Add);
        Manager = new DeploymentManager(Store, Files, TimeProvider.System, Command);
    }

    protected string Folder { get; } = Directory.CreateTempSubdirectory("deepfit-deployments-").FullName;

    protected List<BilingualText> Warnings { get; } = [];

    protected DeploymentFiles Files { get; }

    private protected DeploymentStore Store { get; }

    protected DeploymentManager Manager { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>This test program, told to run the one test that serves.</summary>
    protected static EngineCommand Command { get; } = new(
        Environment.ProcessPath!,
        [
            .. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? new[] { typeof(ServingProcess).Assembly.Location } : [],
            "-method", $"{typeof(ServingProcess).FullName}.{nameof(ServingProcess.Serves_as_it_is_told)}",
        ],
        new Dictionary<string, string?>());

    protected static Deployment Example(string id = "abcd", DeploymentState state = DeploymentState.Running) => new()
    {
        Id = id,
        Model = "DeepSeek-R1-Distill-Qwen-7B",
        Variant = "7b",
        Quantization = "Q4_K_M",
        ModelPath = "/models/7b.gguf",
        Host = Environment.MachineName,
        Process = ProcessIdentity.Current,
        Address = "127.0.0.1",
        Port = 8080,
        State = state,
        StartedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, TimeSpan.FromHours(8)),
        ReadyAt = new DateTimeOffset(2026, 3, 1, 4, 0, 9, TimeSpan.Zero),
        Plan = new DeploymentPlan
        {
            Options = new RuntimeOptions { Context = 4096, TensorSplit = [0.25, 0.75] },
            FileBytes = 4_683_073_952,
            MemoryBasis = EstimateBasis.Estimated,
            Memory = [new PlannedMemory("CPU", 1, 2, 3, 4, null), new PlannedMemory("CUDA0", 5, 6, 7, 8, 9)],
            Speed = new PlannedSpeed
            {
                Basis = EstimateBasis.Calibrated,
                PromptTps = 40,
                PromptTpsLow = 30,
                PromptTpsHigh = 50,
                GenerationTps = 8,
                GenerationTpsLow = 7,
                GenerationTpsHigh = 9,
                PromptTokens = 100,
                GeneratedTokens = 1500,
            },
        },
    };

    protected DeploymentStart Serving(string how) => new()
    {
        Arguments = [],
        Model = "DeepSeek-R1-Distill-Qwen-7B",
        Variant = "7b",
        Quantization = "Q4_K_M",
        Environment = new Dictionary<string, string> { [ServingProcess.How] = how, [ServingProcess.Home] = Folder },
    };

    protected async Task<Deployment> StartAsync(string how)
    {
        Deployment? last = null;
        await foreach (DeploymentProgress progress in Manager.StartAsync(Serving(how), Token))
        {
            last = progress.Deployment;
        }

        return last!;
    }

    /// <summary>Kills as the system does when memory runs out, and waits until it is gone.</summary>
    protected static async Task KillAsync(ProcessIdentity process)
    {
        using Process running = Process.GetProcessById(process.Id);
        running.Kill();
        while (process.IsAlive)
        {
            await Task.Delay(20, Token);
        }
    }

    public void Dispose()
    {
        foreach (Deployment left in Store.All().Where(d => d.IsActive && d.Process != ProcessIdentity.Current && d.Process.IsAlive))
        {
            using Process running = Process.GetProcessById(left.Process.Id);
            running.Kill();
        }

        Store.Dispose();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

/// <summary>The other side: a process that serves nothing, but says that it does.</summary>
public sealed class ServingProcess
{
    public const string How = "DEEPFIT_TEST_SERVES";
    public const string Home = "DEEPFIT_TEST_HOME";

    [Fact]
    public async Task Serves_as_it_is_told()
    {
        string? how = Environment.GetEnvironmentVariable(How);
        Assert.SkipWhen(how is null, "only in processes that the other tests start");
        DetachedProcess.Enter();
        Console.WriteLine(); // the runner's colours end on a line of their own
        if (how == "mute")
        {
            Console.Error.WriteLine("Error: port 8080 is taken by another program.\nGive another one with --port.");
            Environment.Exit(1);
        }

        string home = Environment.GetEnvironmentVariable(Home)!;
        using var store = new DeploymentStore(home, TimeProvider.System);
        var manager = new DeploymentManager(store, new DeploymentFiles(home), TimeProvider.System);
        await using DeploymentSession session = manager.Register(new DeploymentRegistration
        {
            Model = "DeepSeek-R1-Distill-Qwen-7B",
            Variant = "7b",
            Quantization = "Q4_K_M",
            ModelPath = "/models/7b.gguf",
            ApiKey = how == "key" ? "s3cret" : null,
        });
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            if (how != "stubborn")
            {
                stop.Cancel();
            }
        });
        Console.WriteLine("loading");
        session.Loading(0.5);
        if (how == "refuse")
        {
            session.Ended(3, new BilingualText("It would not fit.", "放不下。"));
            Environment.Exit(3);
        }

        if (how == "die")
        {
            Environment.FailFast(null);
        }

        session.Ready("127.0.0.1", 1);
        Console.WriteLine("ready, session " + ProcessSession());
        try
        {
            await Task.Delay(TimeSpan.FromMinutes(2), stop.Token);
        }
        catch (OperationCanceledException)
        {
            session.Draining();
            Console.WriteLine("draining");
            await Task.Delay(300, CancellationToken.None); // a request that still runs
            session.Ended(0);
        }

        Environment.Exit(0);
    }

    // the session's number, the sixth field of /proc/self/stat
    private static string ProcessSession() => OperatingSystem.IsLinux() ? File.ReadAllText("/proc/self/stat").Split(") ")[1].Split(' ')[3] : "-";
}
