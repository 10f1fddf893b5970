using System.Text.Json;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Server.OpenAi;

/// <summary>How one endpoint writes its answers.</summary>
internal abstract class AnswerFormat
{
    /// <summary>What answers' ids begin with.</summary>
    public abstract string IdPrefix { get; }

    /// <summary>What a whole answer is.</summary>
    public abstract string Whole { get; }

    /// <summary>What a piece of one is.</summary>
    public abstract string Piece { get; }

    /// <summary>Whether a stream begins with an event of its own.</summary>
    public virtual bool HasOpening => false;

    /// <summary>Writes the choice of a whole answer.</summary>
    public abstract void WriteWhole(Utf8JsonWriter json, GenerationResult result, LogProbLists? logProbs);

    /// <summary>Writes the choice of a stream's first event.</summary>
    public virtual void WriteOpening(Utf8JsonWriter json)
    {
    }

    /// <summary>Writes the choice of a piece.</summary>
    public abstract void WritePiece(Utf8JsonWriter json, in GenerationChunk chunk, ref int textAt);

    /// <summary>Writes the choices between the last piece and the end: calls of functions.</summary>
    public virtual IEnumerable<Action<Utf8JsonWriter>> BeforeEnd(GenerationResult result) => [];

    /// <summary>Writes the choice of the last event that has one.</summary>
    public abstract void WriteEnd(Utf8JsonWriter json, GenerationResult result);
}

/// <summary>The log-probabilities of a whole answer.</summary>
internal sealed class LogProbLists
{
    /// <summary>Of the reasoning's tokens.</summary>
    public List<TokenLogProb> Reasoning { get; } = [];

    /// <summary>Of the answer's tokens.</summary>
    public List<TokenLogProb> Answer { get; } = [];

    /// <summary>Adds a piece's.</summary>
    public void Add(in GenerationChunk chunk) => (chunk.Kind == ChunkKind.Reasoning ? Reasoning : Answer).AddRange(chunk.LogProbs ?? []);
}
