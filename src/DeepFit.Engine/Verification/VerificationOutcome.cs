using DeepFit.Core.Contract;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Verification;

/// <summary>A verification and what was learned from it.</summary>
/// <param name="Report">The report.</param>
/// <param name="Learned">Whether the speeds were kept.</param>
/// <param name="LearnedMemory">Whether the memory was kept.</param>
/// <param name="Name">What estimates call the model.</param>
public sealed record VerificationOutcome(VerificationReport Report, bool Learned, bool LearnedMemory, string Name)
{
    /// <summary>The contract's document.</summary>
    public VerificationDocument ToDocument(Language language) => new()
    {
        Id = Report.Status.Id,
        Model = Report.Status.Model,
        Variant = Report.Status.Variant,
        Quantization = Report.Status.Quantization,
        Holds = Report.Holds,
        Verdict = VerificationWords.Verdict(Report).In(language),
        Learned = Learned,
        LearnedMemory = LearnedMemory,
        Disturbance = Report.Disturbance switch
        {
            Disturbance.OtherRequests => "other_requests",
            Disturbance.OtherPrograms => "other_programs",
            _ => null,
        },
        MemoryBasis = ContractMap.Basis(Report.MemoryBasis),
        SpeedBasis = Report.SpeedBasis is { } basis ? ContractMap.Basis(basis) : null,
        PromptTokens = Report.PromptTokens,
        GeneratedTokens = Report.GeneratedTokens,
        Rounds = Report.Rounds,
        PromptSpread = ContractNumbers.Significant(Report.PromptSpread, 3),
        GenerationSpread = ContractNumbers.Significant(Report.GenerationSpread, 3),
        Promises = [.. Report.Checks.Select(Of)],
        Smoke = new SmokeDocument(
            Report.Smoke.Question, Report.Smoke.Reasoning, Report.Smoke.Answer, Report.Smoke.Tokens, Report.Smoke.Ended, Report.Smoke.Judged, Word(Report.Smoke.Outcome)),
        Status = Report.Status,
    };

    private static PromiseDocument Of(PromiseCheck check) => new(
        check.Name,
        check.Device,
        check.Unit switch { PromiseUnit.Bytes => "bytes", PromiseUnit.Seconds => "seconds", _ => "tps" },
        Figure(check.Predicted, check.Unit),
        Figure(check.Low, check.Unit),
        Figure(check.High, check.Unit),
        Figure(check.Actual, check.Unit),
        check.Difference is { } share ? ContractNumbers.Decimals(share, 4) : null,
        Word(check.Outcome));

    private static double? Figure(double? value, PromiseUnit unit) => value is not { } figure ? null
        : unit == PromiseUnit.Bytes ? ContractNumbers.Decimals(figure, 0)
        : ContractNumbers.Significant(figure);

    private static string Word(PromiseOutcome outcome) => outcome switch
    {
        PromiseOutcome.Kept => "kept",
        PromiseOutcome.Better => "better",
        PromiseOutcome.Broken => "broken",
        _ => "unknown",
    };
}
