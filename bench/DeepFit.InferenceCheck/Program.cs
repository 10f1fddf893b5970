// How fast is the embedded engine against llama-server, with the same libraries and the same file? Both are loaded at once and take turns, round by round, so that the machine's moods hit both alike.
//   dotnet publish -c Release bench/DeepFit.InferenceCheck -o /somewhere
//   /somewhere/DeepFit.InferenceCheck [--http DEEPFIT] LLAMA-SERVER VOCABULARY.gguf [ROUNDS [VARIANT [QUANTIZATION]]]
// With --http, `DEEPFIT serve` and llama-server answer the same streamed requests over HTTP; DEEPFIT is the published program.
// LLAMA-SERVER is built from llama.cpp v0.4.0 (the source is in the npm package node-llama-cpp 3.21.1); VOCABULARY.gguf is models/ggml-vocab-qwen2.gguf of the same source.
using System.Globalization;
using DeepFit.Core.Text;
using DeepFit.InferenceCheck;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    if (args is [DeepFitSide.Verb, var model])
    {
        return await DeepFitSide.ServeAsync(model);
    }

    string? program = null;
    if (args is ["--http", var deepfit, ..])
    {
        (program, args) = (Path.GetFullPath(deepfit), args[2..]);
    }

    if (args.Length < 2)
    {
        Console.Error.WriteLine("usage: DeepFit.InferenceCheck [--http DEEPFIT] LLAMA-SERVER VOCABULARY.gguf [ROUNDS [VARIANT [QUANTIZATION]]]");
        return 2;
    }

    int rounds = int.Parse(args.ElementAtOrDefault(2) ?? "5", CultureInfo.InvariantCulture);
    return await Comparison.RunAsync(program, args[0], args[1], rounds, args.ElementAtOrDefault(3) ?? "1.5b", args.ElementAtOrDefault(4) ?? "Q4_K_M") ? 0 : 1;
}
catch (UserErrorException wrong)
{
    Console.Error.WriteLine(wrong.Text.En);
    return 1;
}
