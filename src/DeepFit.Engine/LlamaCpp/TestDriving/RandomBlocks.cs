using System.Buffers.Binary;
using DeepFit.Core.Gguf;

namespace DeepFit.Engine.LlamaCpp.TestDriving;

/// <summary>
/// Random weights that are valid blocks of their type: random quants under small, finite scales (block layouts: <c>ggml-common.h:180-460</c>, llama.cpp v0.4.0).
/// </summary>
internal static class RandomBlocks
{
    /// <summary>Fills a whole number of blocks.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="target">The blocks.</param>
    /// <param name="random">The source.</param>
    public static void Fill(GgmlType type, Span<byte> target, Random random)
    {
        int size = type.TypeSize();
        switch (type)
        {
            case GgmlType.F32:
                for (int i = 0; i + 4 <= target.Length; i += 4)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(target[i..], (float)((random.NextDouble() - 0.5) * 0.2));
                }

                return;
            case GgmlType.F16:
                for (int i = 0; i + 2 <= target.Length; i += 2)
                {
                    BinaryPrimitives.WriteHalfLittleEndian(target[i..], (Half)((random.NextDouble() - 0.5) * 0.2));
                }

                return;
            case GgmlType.BF16:
                for (int i = 0; i + 2 <= target.Length; i += 2)
                {
                    uint bits = BitConverter.SingleToUInt32Bits((float)((random.NextDouble() - 0.5) * 0.2));
                    BinaryPrimitives.WriteUInt16LittleEndian(target[i..], (ushort)(bits >> 16));
                }

                return;
        }

        random.NextBytes(target);
        if (type == GgmlType.IQ1_M)
        {
            // Its scale is spread over the top four bits of the last four 16-bit words.
            ushort scale = BitConverter.HalfToUInt16Bits((Half)0.002f);
            for (int block = 0; block + size <= target.Length; block += size)
            {
                for (int word = 0; word < 4; word++)
                {
                    Span<byte> at = target[(block + size - 8 + (2 * word))..];
                    int low = BinaryPrimitives.ReadUInt16LittleEndian(at) & 0x0FFF;
                    BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(low | (((scale >> (4 * word)) & 0xF) << 12)));
                }
            }

            return;
        }

        (int first, int second) = Scales(type);
        for (int block = 0; block + size <= target.Length; block += size)
        {
            BinaryPrimitives.WriteHalfLittleEndian(target[(block + first)..], (Half)0.002f);
            if (second >= 0)
            {
                BinaryPrimitives.WriteHalfLittleEndian(target[(block + second)..], (Half)0.01f);
            }
        }
    }

    /// <summary>Offsets of a block's 16-bit scale and, where there is one, minimum.</summary>
    private static (int Scale, int Minimum) Scales(GgmlType type) => type switch
    {
        GgmlType.Q4_1 or GgmlType.Q5_1 or GgmlType.Q4_K or GgmlType.Q5_K => (0, 2),
        GgmlType.Q2_K => (80, 82),
        GgmlType.Q3_K => (108, -1),
        GgmlType.Q6_K => (208, -1),
        _ => (0, -1),
    };
}
