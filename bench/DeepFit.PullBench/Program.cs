// How fast is a pull beside curl, on loopback, SHA-256 counted? Both as programs, start and end included, in turn, so that the machine's moods hit both alike.
//   dotnet publish src/DeepFit.Cli -c Release -o /tmp/deepfit
//   dotnet run -c Release --project bench/DeepFit.PullBench -- /tmp/deepfit/deepfit [MB [ROUNDS [FOLDER]]]
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using DeepFit.Core.Gguf;
using DeepFit.PullBench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.ElementAtOrDefault(0) is not { } program || !File.Exists(program))
{
    Console.Error.WriteLine("usage: DeepFit.PullBench PATH-OF-DEEPFIT [MB [ROUNDS [FOLDER]]]");
    return 2;
}

long megabytes = long.Parse(args.ElementAtOrDefault(1) ?? "2000", CultureInfo.InvariantCulture);
int rounds = int.Parse(args.ElementAtOrDefault(2) ?? "7", CultureInfo.InvariantCulture);
string folder = Path.Combine(args.ElementAtOrDefault(3) ?? Path.GetTempPath(), "deepfit-pull-bench");
Directory.CreateDirectory(folder);
try
{
    string source = Path.Combine(folder, "source.gguf");
    string digest = WriteModel(source, megabytes * 1_000_000);
    using var hub = new LoopbackHub(source, digest);
    var curl = new List<double>();
    var pull = new List<double>();
    double bytes = new FileInfo(source).Length;
    for (int round = 0; round <= rounds; round++)
    {
        // the order changes with the rounds, and the first round warms up
        double first = round % 2 == 0 ? Curl() : Pull();
        double second = round % 2 == 0 ? Pull() : Curl();
        if (round > 0)
        {
            curl.Add(round % 2 == 0 ? first : second);
            pull.Add(round % 2 == 0 ? second : first);
            Console.WriteLine($"round {round}: curl {bytes / curl[^1] / 1e6:0} MB/s, deepfit pull {bytes / pull[^1] / 1e6:0} MB/s");
        }
    }

    double curlRate = bytes / Median(curl) / 1e6;
    double pullRate = bytes / Median(pull) / 1e6;
    Console.WriteLine($"median of {rounds}: curl {curlRate:0} MB/s, deepfit pull {pullRate:0} MB/s with SHA-256, ratio {pullRate / curlRate:0.00}");
    return pullRate >= 0.9 * curlRate ? 0 : 1;

    double Curl()
    {
        string target = Path.Combine(folder, "curl.gguf");
        return Run("curl", ["-s", "-S", "-f", "-o", target, hub.Endpoint + "/owner/name/resolve/main/model-Q4_K_M.gguf"], () => File.Delete(target));
    }

    double Pull()
    {
        string models = Path.Combine(folder, "models");
        return Run(program, ["pull", "--repo", "owner/name", "--file", "model-Q4_K_M.gguf", "--models-dir", models, "--json"], () => Directory.Delete(models, recursive: true));
    }

    double Run(string name, string[] arguments, Action cleanUp)
    {
        var start = new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HF_ENDPOINT"] = hub.Endpoint;
        start.Environment["HOME"] = folder;
        start.Environment["DEEPFIT_HOME"] = folder;
        start.Environment["NO_PROXY"] = "127.0.0.1";
        long from = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{name} ended with {process.ExitCode}: {output} {error.GetAwaiter().GetResult()}");
        }

        cleanUp();
        return seconds;
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

static string WriteModel(string path, long bytes)
{
    var metadata = new GgufMetadata();
    metadata.Add("general.architecture", GgufValue.From("qwen2"));
    byte[] block = new byte[8 << 20];
    new Random(1).NextBytes(block);
    using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
    {
        GgufWriter.Write(file, metadata, [new GgufTensorInfo("blob", GgmlType.F32, [bytes / 4])], (tensor, output) =>
        {
            for (long left = tensor.Bytes; left > 0; left -= block.Length)
            {
                output.Write(block.AsSpan(0, (int)Math.Min(left, block.Length)));
            }
        });
    }

    using FileStream written = File.OpenRead(path);
    return Convert.ToHexStringLower(SHA256.HashData(written));
}
