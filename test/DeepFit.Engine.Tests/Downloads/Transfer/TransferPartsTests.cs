using CsCheck;
using DeepFit.Engine.Downloads.Hubs;
using DeepFit.Engine.Downloads.Transfer;
using DeepFit.Engine.LocalModels;
using Microsoft.Extensions.Time.Testing;

namespace DeepFit.Engine.Tests.Downloads.Transfer;

public sealed class TransferPartsTests
{
    [Fact]
    public void Pieces_cover_a_file_without_gaps_and_are_not_too_many_or_too_large()
    {
        Gen.Long[1, 60_000_000_000].Sample(size =>
        {
            PieceMap map = PieceMap.Of(size);
            map.Offset(map.Count - 1).ShouldBeLessThan(size);
            (map.Offset(map.Count - 1) + map.Length(map.Count - 1)).ShouldBe(size);
            map.PieceBytes.ShouldBeInRange(1 << 20, 16 << 20);
            (map.PieceBytes == 16 << 20 || map.Count <= 65).ShouldBeTrue();
        });
    }

    [Fact]
    public void A_journal_gives_back_what_was_noted_and_survives_any_cut()
    {
        string folder = Directory.CreateTempSubdirectory("deepfit-journal-").FullName;
        try
        {
            string target = Path.Combine(folder, "x.gguf");
            var identity = new TransferIdentity(10_500_000, 1 << 20, new string('a', 64), "");
            using (TransferJournal journal = TransferJournal.Open(target, identity))
            {
                journal.Add(0, 17);
                journal.Add(7, ulong.MaxValue);
                journal.Add(0, 18);
            }

            byte[] whole = File.ReadAllBytes(TransferJournal.PathOf(target));
            (TransferIdentity read, Dictionary<int, ulong> pieces) = TransferJournal.Read(target)!.Value;
            read.ShouldBe(identity);
            pieces.ShouldBe(new Dictionary<int, ulong> { [0] = 18, [7] = ulong.MaxValue });
            for (int length = 0; length < whole.Length; length++)
            {
                File.WriteAllBytes(TransferJournal.PathOf(target), whole[..length]);
                if (TransferJournal.Read(target) is { } cut)
                {
                    cut.Identity.ShouldBe(identity);
                    cut.Pieces.ShouldAllBe(piece => (piece.Key == 0 && (piece.Value == 17 || piece.Value == 18)) || (piece.Key == 7 && piece.Value == ulong.MaxValue));
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("../../etc/passwd", "etc/passwd")]
    [InlineData("owner/name", "owner/name")]
    [InlineData("C:\\Windows\\x.gguf", "C_/Windows/x.gguf")]
    [InlineData("a b/\u00fc:?.gguf", "a_b/___.gguf")]
    [InlineData("con/nul.gguf", "_con/_nul.gguf")]
    [InlineData("..", "model")]
    public void A_name_from_the_network_becomes_one_that_stays_in_its_folder(string name, string safe) =>
        SafePath.Of(name).Replace('\\', '/').ShouldBe(safe);

    [Theory]
    [InlineData("DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf", "Q4_K_M")]
    [InlineData("DeepSeek-R1-Q4_K_M/DeepSeek-R1-Q4_K_M-00001-of-00009.gguf", "Q4_K_M")]
    [InlineData("DeepSeek-R1-Distill-Qwen-7B-Q3_K_XL.gguf", "Q3_K_XL")]
    [InlineData("model.f16.gguf", "F16")]
    [InlineData("DeepSeek-R1-UD-IQ1_S-00001-of-00003.gguf", null)]
    [InlineData("model.gguf", null)]
    public void A_files_name_tells_its_quantization(string file, string? quantization) => FileChoice.QuantizationIn(file).ShouldBe(quantization);

    [Fact]
    public async Task Connections_grow_while_all_goes_well_and_halve_at_a_complaint_which_is_waited_out()
    {
        var clock = new FakeTimeProvider();
        var gate = new ConnectionGate(4, 8, clock);
        for (int i = 0; i < 40; i++)
        {
            await gate.EnterAsync(TestContext.Current.CancellationToken);
            gate.Leave(wentWell: true);
        }

        gate.Limit.ShouldBe(8);
        gate.Complained(TimeSpan.FromSeconds(7));
        gate.Limit.ShouldBe(4);
        Task entering = gate.EnterAsync(TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(6));
        entering.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(2));
        await entering;
        gate.Complained(null);
        gate.Complained(null);
        gate.Complained(null);
        gate.Limit.ShouldBe(1);
    }

    [Fact]
    public void A_rate_is_that_of_the_last_seconds()
    {
        var clock = new FakeTimeProvider();
        var meter = new RateMeter(clock);
        meter.Measure(PullPhase.Downloading, 0).ShouldBe(0);
        for (int second = 1; second <= 30; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            double rate = meter.Measure(PullPhase.Downloading, second <= 15 ? second * 1000 : 15_000 + ((second - 15) * 5000));
            if (second is 15 or 30)
            {
                rate.ShouldBe(second == 15 ? 1000 : 5000, 1);
            }
        }
    }
}
