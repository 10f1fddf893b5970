namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>
/// What is to be generated. Exactly one of <see cref="Chat"/>, <see cref="Prompt"/> and <see cref="PromptTokens"/> is given.
/// </summary>
public sealed record GenerationRequest
{
    /// <summary>A conversation, rendered with the model's own chat template; it ends with the turn to be answered.</summary>
    public IReadOnlyList<ChatTurn>? Chat { get; init; }

    /// <summary>Functions that the model may call; refused where the template knows none (<see cref="ChatTemplate.SupportsTools"/>).</summary>
    public IReadOnlyList<ChatTool> Tools { get; init; } = [];

    /// <summary>A text to continue. Special tokens in it count as such; a beginning-of-sentence token is put before it where the model wants one.</summary>
    public string? Prompt { get; init; }

    /// <summary>Tokens to continue, exactly as they are.</summary>
    public IReadOnlyList<int>? PromptTokens { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public SamplingOptions Sampling { get; init; } = SamplingOptions.Default;

    /// <summary>Most tokens to generate, reasoning included; null for what the context has room for.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Texts that end the answer; none of them is part of it. They are not looked for in the reasoning. At most <see cref="MostStops"/>.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>
    /// A grammar in llama.cpp's GBNF that the answer must follow, or null. It rules the answer alone: a model that reasons first does so freely.
    /// <see cref="JsonGrammar"/> makes one of a JSON schema.
    /// </summary>
    public string? Grammar { get; init; }

    /// <summary>
    /// Whether reasoning is told apart from the answer: text between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c> comes as <see cref="ChunkKind.Reasoning"/>, the tags not at all.
    /// Null: for a <see cref="Chat"/> yes, otherwise no.
    /// </summary>
    public bool? SeparateReasoning { get; init; }

    /// <summary>
    /// Log-probabilities for every token: null for none, 0 for the chosen token's, n for the n likeliest besides (at most <see cref="MostLogProbs"/>). They are those of the
    /// model itself, before temperature and cuts.
    /// </summary>
    public int? LogProbs { get; init; }

    /// <summary>Whether generation goes on past end-of-generation tokens, for measurements. Default no.</summary>
    public bool IgnoreEnd { get; init; }

    /// <summary>Whether a prefix that a slot still holds may be reused. Default yes.</summary>
    public bool ReusePrefix { get; init; } = true;

    /// <summary>The largest <see cref="LogProbs"/>.</summary>
    public const int MostLogProbs = 20;

    /// <summary>The most stop texts.</summary>
    public const int MostStops = 16;
}

/// <summary>Who speaks.</summary>
public enum ChatRole
{
    /// <summary>Instructions to the model. R1 is best used without.</summary>
    System = 0,

    /// <summary>The person.</summary>
    User = 1,

    /// <summary>The model.</summary>
    Assistant = 2,

    /// <summary>The result of a function that the model called.</summary>
    Tool = 3,
}

/// <summary>One turn of a conversation.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Content">What was said; earlier reasoning in it (up to <c>&lt;/think&gt;</c>) is left out where the template says so.</param>
public sealed record ChatTurn(ChatRole Role, string Content)
{
    /// <summary>The calls that an assistant's turn made.</summary>
    public IReadOnlyList<ChatToolCall> ToolCalls { get; init; } = [];

    /// <summary>What the person said.</summary>
    public static ChatTurn User(string content) => new(ChatRole.User, content);

    /// <summary>What the model said.</summary>
    public static ChatTurn Assistant(string content) => new(ChatRole.Assistant, content);

    /// <summary>Instructions.</summary>
    public static ChatTurn System(string content) => new(ChatRole.System, content);
}

/// <summary>A call of a function.</summary>
/// <param name="Name">The function.</param>
/// <param name="Arguments">Its arguments, a JSON object.</param>
public sealed record ChatToolCall(string Name, string Arguments);

/// <summary>A function that a model may call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, or null.</param>
/// <param name="Parameters">Its parameters as a JSON schema.</param>
public sealed record ChatTool(string Name, string? Description, string Parameters);
