using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning;

/// <summary>The context that one sequence needs so that R1 is not cut off in the middle of a thought.</summary>
/// <param name="TypicalTokens">Prompt, reasoning and answer of a typical exchange.</param>
/// <param name="LongTokens">Those of a long one.</param>
public readonly record struct ContextNeed(int TypicalTokens, int LongTokens)
{
    /// <summary>The least context that still holds a typical exchange: <see cref="TypicalTokens"/> as people set it.</summary>
    public int Least => UseProfile.RoundContext(TypicalTokens);

    /// <summary>The context that holds a long thought too: <see cref="LongTokens"/>, rounded up to a power of two up to 32768 and to a multiple of 16384 above.</summary>
    public int Comfortable => UseProfile.RoundContext(LongTokens);

    /// <summary>Whether a context cuts off even a typical exchange.</summary>
    /// <param name="context">Tokens of one sequence.</param>
    public bool CutsTypical(int context) => context < TypicalTokens;

    /// <summary>Whether a context cuts off a long exchange.</summary>
    /// <param name="context">Tokens of one sequence.</param>
    public bool CutsLong(int context) => context < LongTokens;

    /// <summary>A plain warning where the context is too short, with what an engine's own default would do; null where it is long enough.</summary>
    /// <param name="context">Tokens of one sequence.</param>
    /// <param name="most">Longest context of the model.</param>
    public BilingualText? Warning(int context, int most)
    {
        if (!CutsLong(context) || context >= most)
        {
            return null;
        }

        CultureInfo c = CultureInfo.InvariantCulture;
        (string en, string zh) = CutsTypical(context)
            ? (string.Create(c, $"A context of {context} tokens cuts R1 off in the middle of its thoughts: a typical question takes {TypicalTokens} tokens here, reasoning included, a long one {LongTokens}."),
               string.Create(c, $"上下文 {context} 个 token 会让 R1 的思考中途被截断：这类问题含思考通常需要 {TypicalTokens} 个 token，较长的需要 {LongTokens} 个。"))
            : (string.Create(c, $"A context of {context} tokens holds a typical question ({TypicalTokens} tokens with its reasoning) but cuts off long thoughts, which take {LongTokens}."),
               string.Create(c, $"上下文 {context} 个 token 够用于一般问题（含思考约 {TypicalTokens} 个），但较长的思考需要 {LongTokens} 个，会被截断。"));
        en += string.Create(c, $" A context of {Math.Min(Comfortable, most)} holds both.");
        zh += string.Create(c, $"上下文设为 {Math.Min(Comfortable, most)} 可容纳两者。");
        if (EngineContexts.Largest("Ollama") is { } ollama && CutsLong(ollama.Context))
        {
            en += string.Create(c, $" Ollama's own default, {string.Join(", ", EngineContexts.Of("Ollama").Select(e => $"{e.Context} {e.When.En}"))}, is too short for this.");
            zh += string.Create(c, $"Ollama 的默认值（{string.Join("，", EngineContexts.Of("Ollama").Select(e => $"{e.When.Zh}为 {e.Context}"))}）也不够。");
        }

        return new(en, zh);
    }
}

/// <summary>Contexts that engines set when nobody asks for one, from <c>Data/engine_contexts.csv</c>.</summary>
public static class EngineContexts
{
    private static readonly Lazy<EngineContext[]> All = new(Load);

    /// <summary>The defaults of an engine, older ones first.</summary>
    public static IEnumerable<EngineContext> Of(string engine) => All.Value.Where(e => e.Engine == engine);

    /// <summary>The largest of them, or null for an unknown engine.</summary>
    public static EngineContext? Largest(string engine) => Of(engine).MaxBy(e => e.Context);

    private static EngineContext[] Load()
    {
        EmbeddedTable table = EmbeddedTable.Load("engine_contexts.csv");
        return
        [
            .. Enumerable.Range(0, table.Count).Select(i => new EngineContext(
                table.Text(i, "engine"), (int)table.Number(i, "context"), new(table.Text(i, "when"), table.Text(i, "when_zh")), table.Text(i, "source"))),
        ];
    }
}

/// <summary>A context that an engine sets when nobody asks for one.</summary>
/// <param name="Engine">Its name.</param>
/// <param name="Context">Tokens.</param>
/// <param name="When">When it holds.</param>
/// <param name="Source">Who says so.</param>
public sealed record EngineContext(string Engine, int Context, BilingualText When, string Source);
