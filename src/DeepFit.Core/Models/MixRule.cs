using DeepFit.Core.Gguf;

namespace DeepFit.Core.Models;

/// <summary>Where in the stack of layers a rule holds; n is the number of layers, division rounds down.</summary>
internal enum Where
{
    /// <summary>In every layer.</summary>
    Everywhere,

    /// <summary>In layers below n/16.</summary>
    FirstSixteenth,

    /// <summary>In layers below n/8.</summary>
    FirstEighth,

    /// <summary>In layers from n/8 to below 7n/8.</summary>
    Middle,

    /// <summary>In the first two layers.</summary>
    FirstTwo,

    /// <summary>In the first four layers.</summary>
    FirstFour,

    /// <summary>In the first and the last eighth and in every third layer between them (<c>llama-quant.cpp:434-436</c>).</summary>
    MoreBits,
}

/// <summary>What else a rule depends on.</summary>
[Flags]
internal enum When
{
    /// <summary>Nothing.</summary>
    Always = 0,

    /// <summary>At least four query heads share a key/value head.</summary>
    GroupsOfFour = 1,

    /// <summary>At least four query heads share a key/value head, or there are at least four experts.</summary>
    GroupsOfFourOrExperts = 2,

    /// <summary>An importance matrix is at hand.</summary>
    WithImportance = 4,

    /// <summary>No importance matrix is at hand.</summary>
    WithoutImportance = 8,

    /// <summary>The model has exactly eight experts (Mixtral).</summary>
    EightExperts = 16,
}

/// <summary>One rule of a quantization: tensors of a role get a type, where and when it holds. The first rule that matches wins.</summary>
internal readonly record struct MixRule(TensorRole Role, GgmlType Type, Where Where = Where.Everywhere, When When = When.Always);
