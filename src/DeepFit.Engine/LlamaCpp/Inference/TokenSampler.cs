using System.Numerics;
using System.Runtime.InteropServices;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>
/// Chooses one request's next tokens. Where nothing but the likeliest token is asked for it is found directly; otherwise llama.cpp's samplers run, in the order of its programs
/// (common/common.h:268-277, v0.4.0). A grammar is asked about the chosen token first and rules all tokens only when it refuses that one, as common/sampling.cpp does.
/// </summary>
internal sealed unsafe class TokenSampler : IDisposable
{
    private readonly SamplerScratch scratch;
    private readonly bool likeliest;
    private nint chain;
    private nint grammar;

    /// <summary>Creates a sampler.</summary>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="scratch">Room for the candidates, shared by all samplers of one decode thread.</param>
    /// <param name="options">How tokens are chosen; checked by <see cref="RequestCheck"/>.</param>
    /// <param name="seed">The seed of chance.</param>
    /// <param name="contextLength">Tokens of the context.</param>
    /// <param name="grammarText">GBNF, or null.</param>
    /// <exception cref="GenerationRequestException">The grammar is none.</exception>
    public TokenSampler(Tokenizer tokenizer, SamplerScratch scratch, SamplingOptions options, uint seed, int contextLength, string? grammarText)
    {
        this.scratch = scratch;
        bool penalties = options.PenaltyWindow != 0 && (options.RepeatPenalty != 1 || options.FrequencyPenalty != 0 || options.PresencePenalty != 0);
        bool greedy = options.Temperature <= 0 || options.TopK == 1;
        likeliest = greedy && !penalties && options.LogitBias.Count == 0;
        if (grammarText is not null)
        {
            EngineLog.TakeErrors();
            grammar = LlamaSampler.Grammar(tokenizer.Vocab, grammarText, "root");
            if (grammar == 0)
            {
                IReadOnlyList<string> said = EngineLog.TakeErrors();
                string why = said.Count > 0 ? said[^1] : "-";
                throw new GenerationRequestException("response_format", "invalid_value", new BilingualText(
                    $"The grammar is not valid GBNF: {why}", $"语法不是有效的 GBNF：{why}"));
            }
        }

        LlamaSamplerChainParams parameters = LlamaSampler.ChainDefaultParams();
        parameters.NoPerf = 1;
        chain = LlamaSampler.ChainInit(parameters);
        if (options.LogitBias.Count > 0)
        {
            LlamaLogitBias[] biases = [.. options.LogitBias.Select(b => new LlamaLogitBias { Token = b.Key, Bias = b.Value })];
            fixed (LlamaLogitBias* start = biases)
            {
                LlamaSampler.ChainAdd(chain, LlamaSampler.LogitBias(tokenizer.Count, biases.Length, start));
            }
        }

        if (penalties)
        {
            int window = options.PenaltyWindow < 0 ? contextLength : options.PenaltyWindow;
            LlamaSampler.ChainAdd(chain, LlamaSampler.Penalties(
                tokenizer.Count, window, (float)options.RepeatPenalty, (float)options.FrequencyPenalty, (float)options.PresencePenalty));
        }

        if (greedy)
        {
            LlamaSampler.ChainAdd(chain, LlamaSampler.Greedy());
            return;
        }

        if (options.TopK > 0)
        {
            LlamaSampler.ChainAdd(chain, LlamaSampler.TopK(options.TopK));
        }

        if (options.TopP < 1)
        {
            LlamaSampler.ChainAdd(chain, LlamaSampler.TopP((float)options.TopP, 1));
        }

        if (options.MinP > 0)
        {
            LlamaSampler.ChainAdd(chain, LlamaSampler.MinP((float)options.MinP, 1));
        }

        LlamaSampler.ChainAdd(chain, LlamaSampler.Temperature((float)options.Temperature));
        LlamaSampler.ChainAdd(chain, LlamaSampler.Dist(seed));
    }

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">The scores of the whole vocabulary.</param>
    /// <param name="isFree">Whether the grammar leaves a token alone, because it belongs to the reasoning or opens it.</param>
    /// <returns>The token, or -1 when the grammar and the biases leave none.</returns>
    public int Sample(float* logits, Func<int, bool> isFree)
    {
        int token = likeliest ? Likeliest(new ReadOnlySpan<float>(logits, scratch.Count)) : Choose(logits, forced: false);
        bool ruled = grammar != 0 && !isFree(token);
        if (ruled && (token < 0 || !Allows(token)))
        {
            token = Choose(logits, forced: true);
        }

        if (token < 0)
        {
            return -1;
        }

        LlamaSampler.Accept(chain, token);
        if (ruled)
        {
            LlamaSampler.Accept(grammar, token);
        }

        return token;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (chain != 0)
        {
            LlamaSampler.Free(chain);
            chain = 0;
        }

        if (grammar != 0)
        {
            LlamaSampler.Free(grammar);
            grammar = 0;
        }
    }

    /// <summary>The first of the highest scores.</summary>
    internal static int Likeliest(ReadOnlySpan<float> logits)
    {
        float best = float.NegativeInfinity;
        int i = 0;
        if (Vector.IsHardwareAccelerated && logits.Length >= Vector<float>.Count)
        {
            var highest = new Vector<float>(float.NegativeInfinity);
            for (; i <= logits.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                highest = Vector.Max(highest, new Vector<float>(logits[i..]));
            }

            for (int lane = 0; lane < Vector<float>.Count; lane++)
            {
                best = Math.Max(best, highest[lane]);
            }
        }

        for (; i < logits.Length; i++)
        {
            best = Math.Max(best, logits[i]);
        }

        return Math.Max(0, logits.IndexOf(best));
    }

    private bool Allows(int token)
    {
        var single = new LlamaTokenData { Id = token, Logit = 1 };
        var one = new LlamaTokenDataArray { Data = &single, Size = 1, Selected = -1 };
        LlamaSampler.Apply(grammar, &one);
        return !float.IsNegativeInfinity(single.Logit);
    }

    private int Choose(float* logits, bool forced)
    {
        LlamaTokenDataArray all = scratch.Fill(logits);
        if (forced)
        {
            LlamaSampler.Apply(grammar, &all);
        }

        LlamaSampler.Apply(chain, &all);

        // where the grammar and the biases leave nothing, samplers choose one of what is forbidden, and the grammar would end the process over it
        return all.Selected >= 0 && (nuint)all.Selected < all.Size && all.Data[all.Selected].Logit > float.NegativeInfinity ? all.Data[all.Selected].Id : -1;
    }
}

/// <summary>Room for one vocabulary of candidates. For one thread.</summary>
internal sealed unsafe class SamplerScratch : IDisposable
{
    private LlamaTokenData* data;

    /// <summary>Room for so many tokens; taken at the first use.</summary>
    public SamplerScratch(int count) => Count = count;

    /// <summary>Tokens in the vocabulary.</summary>
    public int Count { get; }

    /// <summary>All tokens with their scores.</summary>
    public LlamaTokenDataArray Fill(float* logits)
    {
        if (data is null)
        {
            data = (LlamaTokenData*)NativeMemory.Alloc((nuint)Count, (nuint)sizeof(LlamaTokenData));
        }

        for (int i = 0; i < Count; i++)
        {
            data[i] = new LlamaTokenData { Id = i, Logit = logits[i] };
        }

        return new LlamaTokenDataArray { Data = data, Size = (nuint)Count, Selected = -1 };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(data);
        data = null;
    }
}
