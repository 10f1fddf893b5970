using DeepFit.Core.Gguf;
using DeepFit.Engine.Downloads.Transfer;
using DeepFit.Engine.Tests.Downloads.Hubs;

namespace DeepFit.Engine.Tests.Downloads.Transfer;

/// <summary>A folder, a client and content for tests of transfers.</summary>
internal sealed class TransferBench : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public TransferBench(int bytes = 10_500_000)
    {
        Directory.CreateDirectory(Folder);
        Content = Gguf(bytes);
        Target = Path.Combine(Folder, "model.gguf");
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "deepfit-transfer-" + Guid.NewGuid().ToString("N"));

    public string Target { get; }

    public byte[] Content { get; }

    public HttpClient Client => client;

    public List<TransferState> States { get; } = [];

    /// <summary>Everything quick, so that no test waits.</summary>
    public TransferOptions Options { get; set; } = new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(5),
        LongestDelay = TimeSpan.FromMilliseconds(20),
        LockPoll = TimeSpan.FromMilliseconds(10),
        StallTimeout = TimeSpan.FromSeconds(10),
        SpareBytes = 0,
    };

    /// <summary>A GGUF file of random content.</summary>
    public static byte[] Gguf(int bytes, int seed = 1)
    {
        var metadata = new GgufMetadata();
        metadata.Add("general.architecture", GgufValue.From("qwen2"));
        metadata.Add("general.name", GgufValue.From("Test"));
        var stream = new MemoryStream();
        var random = new Random(seed);
        GgufWriter.Write(stream, metadata, [new GgufTensorInfo("blob", GgmlType.F32, [bytes / 4])], (tensor, output) =>
        {
            byte[] data = new byte[tensor.Bytes];
            random.NextBytes(data);
            output.Write(data);
        });
        return stream.ToArray();
    }

    public TransferRequest Request(HubServer server, params string[] paths) => new()
    {
        Target = Target,
        Sources = [.. (paths.Length == 0 ? ["plain/owner/name/model.gguf"] : paths).Select(path => new TransferSource(new Uri($"{server.Endpoint}/{path}")))],
        Bytes = Content.Length,
        Sha256 = HubServer.Digest(Content),
    };

    public HubServer Serve() => new HubServer().With("owner/name/model.gguf", Content);

    public Task<TransferResult> RunAsync(TransferRequest request, CancellationToken token = default) =>
        new FileTransfer(client, Options).RunAsync(
            request,
            state =>
            {
                lock (States)
                {
                    States.Add(state);
                }
            },
            token);

    /// <summary>The file is there, whole, under its name, with its record and nothing else.</summary>
    public void ShouldBeWhole()
    {
        File.ReadAllBytes(Target).AsSpan().SequenceEqual(Content).ShouldBeTrue();
        File.Exists(TransferJournal.PartOf(Target)).ShouldBeFalse();
        File.Exists(TransferJournal.PathOf(Target)).ShouldBeFalse();
        PullRecord.Read(Target)!.Sha256.ShouldBe(HubServer.Digest(Content));
    }

    public void Dispose()
    {
        client.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
