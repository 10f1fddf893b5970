using System.Runtime.InteropServices;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp.TestDriving;

/// <summary>
/// Puts tokens into the key/value cache without computing them: a sequence state of zeros, as <c>llama_state_seq_get_data</c> would write it
/// (<c>llama-kv-cache.cpp:2053-2333</c>, <c>llama-context.cpp:3064-3096</c>, llama.cpp v0.4.0). Generation at a depth then reads as much as after a real prompt.
/// </summary>
internal sealed unsafe class CacheFill
{
    private const uint Magic = 0xaf143cd8;

    private readonly byte* start;
    private byte* at;

    private CacheFill(byte* buffer)
    {
        start = buffer;
        at = buffer;
    }

    /// <summary>Fills a context's first sequence.</summary>
    /// <returns>Whether the engine took it.</returns>
    public static bool Fill(nint context, ModelArchitecture architecture, RuntimeOptions options, int tokens)
    {
        nuint length = (nuint)Length(architecture, options, tokens);
        var buffer = (byte*)NativeMemory.AllocZeroed(length);
        try
        {
            Write(buffer, architecture, options, tokens);
            return Llama.StateSequenceSet(context, buffer, length, 0) == length;
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    /// <summary>Bytes of the state.</summary>
    internal static long Length(ModelArchitecture architecture, RuntimeOptions options, int tokens)
    {
        (long keyRow, long valueRow, int _) = Rows(architecture, options);
        int keyHead = sizeof(int) + sizeof(long);
        int valueHead = valueRow == 0 ? 0 : options.FlashAttention ? sizeof(int) + sizeof(long) : 3 * sizeof(int);
        return (6 * sizeof(int)) + (3L * sizeof(int) * tokens) + (architecture.LayerCount * (keyHead + valueHead + ((keyRow + valueRow) * tokens)));
    }

    /// <summary>Writes the state into a zeroed buffer of <see cref="Length"/> bytes; returns the bytes passed over.</summary>
    internal static long Write(byte* buffer, ModelArchitecture architecture, RuntimeOptions options, int tokens)
    {
        (long keyRow, long valueRow, int values) = Rows(architecture, options);
        var state = new CacheFill(buffer);
        state.Int(unchecked((int)Magic));
        state.Int(0); // sequence
        state.Int(1); // streams
        state.Int(tokens);
        for (int i = 0; i < tokens; i++)
        {
            state.Int(i); // position
            state.Int(1); // sequences
            state.Int(0); // sequence
        }

        state.Int(options.FlashAttention ? 0 : 1); // without flash attention V is kept transposed
        state.Int(architecture.LayerCount);
        for (int i = 0; i < architecture.LayerCount; i++)
        {
            state.Int((int)options.KvTypeK);
            state.Long(keyRow);
            state.at += keyRow * tokens;
        }

        for (int i = 0; i < architecture.LayerCount && valueRow > 0; i++)
        {
            state.Int((int)options.KvTypeV);
            if (options.FlashAttention)
            {
                state.Long(valueRow);
            }
            else
            {
                state.Int(options.KvTypeV.TypeSize());
                state.Int(values);
            }

            state.at += valueRow * tokens;
        }

        return state.at - state.start;
    }

    private static (long KeyRow, long ValueRow, int Values) Rows(ModelArchitecture architecture, RuntimeOptions options)
    {
        int values = architecture.IsMla ? 0 : architecture.ValueLength * architecture.HeadCountKv;
        return (options.KvTypeK.RowSize((long)architecture.KeyLength * architecture.HeadCountKv), values == 0 ? 0 : options.KvTypeV.RowSize(values), values);
    }

    private void Int(int value)
    {
        *(int*)at = value;
        at += sizeof(int);
    }

    private void Long(long value)
    {
        *(long*)at = value;
        at += sizeof(long);
    }
}
