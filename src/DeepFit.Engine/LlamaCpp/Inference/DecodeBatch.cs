using System.Runtime.InteropServices;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>The tokens of one <c>llama_decode</c>, of several sequences. Its memory is the engine's kind and is taken once.</summary>
internal sealed unsafe class DecodeBatch : IDisposable
{
    private readonly int* tokens;
    private readonly int* positions;
    private readonly int* counts;
    private readonly int** sequences;
    private readonly int* ids;
    private readonly byte* outputs;

    /// <summary>Room for so many tokens.</summary>
    public DecodeBatch(int capacity)
    {
        Capacity = capacity;
        tokens = (int*)NativeMemory.Alloc((nuint)capacity, sizeof(int));
        positions = (int*)NativeMemory.Alloc((nuint)capacity, sizeof(int));
        counts = (int*)NativeMemory.Alloc((nuint)capacity, sizeof(int));
        sequences = (int**)NativeMemory.Alloc((nuint)capacity, (nuint)sizeof(int*));
        ids = (int*)NativeMemory.Alloc((nuint)capacity, sizeof(int));
        outputs = (byte*)NativeMemory.Alloc((nuint)capacity);
        for (int i = 0; i < capacity; i++)
        {
            counts[i] = 1;
            sequences[i] = ids + i;
        }
    }

    /// <summary>Most tokens.</summary>
    public int Capacity { get; }

    /// <summary>Tokens in it.</summary>
    public int Count { get; private set; }

    /// <summary>Empties it.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a token and returns its place.</summary>
    public int Add(int token, int position, int sequence, bool output)
    {
        int at = Count++;
        tokens[at] = token;
        positions[at] = position;
        ids[at] = sequence;
        outputs[at] = output ? (byte)1 : (byte)0;
        return at;
    }

    /// <summary>Computes it.</summary>
    /// <returns>What <c>llama_decode</c> returns: 0 done, 1 no room in the cache, else an error.</returns>
    public int Decode(nint context) => Llama.Decode(context, new LlamaBatch
    {
        n_tokens = Count,
        token = tokens,
        pos = positions,
        n_seq_id = counts,
        seq_id = sequences,
        logits = outputs,
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(tokens);
        NativeMemory.Free(positions);
        NativeMemory.Free(counts);
        NativeMemory.Free(sequences);
        NativeMemory.Free(ids);
        NativeMemory.Free(outputs);
    }
}
