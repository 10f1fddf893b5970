using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.TestDriving;

namespace DeepFit.Engine.Tests.LlamaCpp;

public class TestDrivePartsTests
{
    [Fact]
    public void The_solver_adds_the_probes_medians_by_weight()
    {
        double[][] rounds = [[1, 4, 2], [1.2, 4.4, 2], [9, 4.2, 2]];
        (double seconds, double spread) = TestDriveSolver.Solve(rounds, [1, 3, -3]);
        seconds.ShouldBe(1.2 + (3 * 4.2) - (3 * 2), 1e-9);
        spread.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Rounds_that_agree_have_no_spread() => TestDriveSolver.Solve([[1, 2], [1, 2], [1, 2]], [2, -0.5]).ShouldBe((1, 0));

    [Fact]
    public void Rounds_that_other_programs_disturbed_are_left_out()
    {
        List<double[]> kept = TestDriveVerb.Undisturbed([([1], 1.99), ([5], 0.8), ([2], 1.95), ([3], 1.98), ([9], 0.5), ([4], 1.97)]);
        kept.Select(r => r[0]).Order().ShouldBe([1.0, 2, 3, 4]);
    }

    [Fact]
    public void On_a_busy_machine_the_least_disturbed_rounds_remain() =>
        TestDriveVerb.Undisturbed([([1], 1.0), ([2], 0.4), ([3], 0.6), ([4], 0.1)]).Select(r => r[0]).ShouldBe([1.0, 3, 2]);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(1, 4)]
    public void Quantiles_are_interpolated(double q, double value) => TestDriveSolver.Quantile([4, 1, 3, 2], q).ShouldBe(value, 1e-9);

    [Theory]
    [InlineData(GgmlType.Q4_0, 0, -1)]
    [InlineData(GgmlType.Q5_1, 0, 2)]
    [InlineData(GgmlType.Q8_0, 0, -1)]
    [InlineData(GgmlType.Q2_K, 80, 82)]
    [InlineData(GgmlType.Q3_K, 108, -1)]
    [InlineData(GgmlType.Q4_K, 0, 2)]
    [InlineData(GgmlType.Q6_K, 208, -1)]
    [InlineData(GgmlType.IQ4_XS, 0, -1)]
    public void Random_blocks_have_finite_scales_and_differ(GgmlType type, int scale, int minimum)
    {
        byte[] blocks = new byte[type.TypeSize() * 64];
        RandomBlocks.Fill(type, blocks, new Random(3));
        for (int block = 0; block < blocks.Length; block += type.TypeSize())
        {
            Half.IsFinite(BinaryPrimitives.ReadHalfLittleEndian(blocks.AsSpan(block + scale))).ShouldBeTrue();
            if (minimum >= 0)
            {
                Half.IsFinite(BinaryPrimitives.ReadHalfLittleEndian(blocks.AsSpan(block + minimum))).ShouldBeTrue();
            }
        }

        blocks.AsSpan(0, type.TypeSize()).SequenceEqual(blocks.AsSpan(type.TypeSize(), type.TypeSize())).ShouldBeFalse();
    }

    [Fact]
    public void The_scattered_scale_of_IQ1_M_is_finite()
    {
        byte[] block = new byte[GgmlType.IQ1_M.TypeSize()];
        RandomBlocks.Fill(GgmlType.IQ1_M, block, new Random(3));
        int scale = 0;
        for (int word = 0; word < 4; word++)
        {
            scale |= BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(block.Length - 8 + (2 * word))) >> 12 << (4 * word);
        }

        ((float)BitConverter.UInt16BitsToHalf((ushort)scale)).ShouldBe(0.002f, 1e-5f);
    }

    [Theory]
    [InlineData(GgmlType.F32)]
    [InlineData(GgmlType.F16)]
    [InlineData(GgmlType.BF16)]
    public void Random_numbers_of_plain_types_are_small(GgmlType type)
    {
        byte[] bytes = new byte[4096];
        RandomBlocks.Fill(type, bytes, new Random(3));
        for (int i = 0; i < bytes.Length; i += type.TypeSize())
        {
            float value = type switch
            {
                GgmlType.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i)),
                GgmlType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(i)),
                _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i)) << 16),
            };
            Math.Abs(value).ShouldBeLessThan(0.11f);
        }
    }

    [Theory]
    [InlineData("7b", true, GgmlType.F16)]
    [InlineData("7b", true, GgmlType.Q8_0)]
    [InlineData("7b", false, GgmlType.F16)]
    [InlineData("671b", true, GgmlType.F16)]
    public unsafe void A_cache_state_is_as_long_as_it_says(string variant, bool flashAttention, GgmlType type)
    {
        ModelArchitecture architecture = ModelCatalog.Default.Find(variant).Architecture with { LayerCount = 2 };
        var options = new RuntimeOptions { FlashAttention = flashAttention, KvTypeK = type, KvTypeV = type };
        long length = CacheFill.Length(architecture, options, 100);
        void* buffer = NativeMemory.AllocZeroed((nuint)length);
        try
        {
            CacheFill.Write((byte*)buffer, architecture, options, 100).ShouldBe(length);
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    [Fact]
    public void Folders_of_dead_processes_are_swept_and_those_of_living_ones_kept()
    {
        string root = Directory.CreateTempSubdirectory("deepfit-test-").FullName;
        try
        {
            string dead = Directory.CreateDirectory(Path.Combine(root, "deepfit-engine-2147483646-x")).FullName;
            string alive = Directory.CreateDirectory(Path.Combine(root, $"deepfit-engine-{Environment.ProcessId}-x")).FullName;
            string other = Directory.CreateDirectory(Path.Combine(root, "deepfit-engine-notes")).FullName;
            File.WriteAllText(Path.Combine(dead, "model.gguf"), "x");
            EngineFolder.Sweep(root);
            Directory.Exists(dead).ShouldBeFalse();
            Directory.Exists(alive).ShouldBeTrue();
            Directory.Exists(other).ShouldBeTrue();
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
