namespace DeepFit.Core.Hardware;

/// <summary>What a token of a machine's description is.</summary>
internal enum MachineTokenKind
{
    /// <summary>A word, perhaps of a product's name.</summary>
    Word,

    /// <summary>A size, in GiB.</summary>
    Size,

    /// <summary>A rate, in GB/s.</summary>
    Rate,

    /// <summary>A kind of memory; the number is its speed, or NaN.</summary>
    Memory,

    /// <summary>A speed of memory, in MT/s.</summary>
    Speed,

    /// <summary>Memory channels.</summary>
    Channels,

    /// <summary>Cores; the word says <c>gpu</c> or <c>cpu</c> or nothing.</summary>
    Cores,

    /// <summary>Threads.</summary>
    Threads,

    /// <summary>A cloud's processors.</summary>
    VirtualCpus,

    /// <summary>Processors; the word is <c>of</c> where more follow that are not used.</summary>
    Sockets,

    /// <summary>Joined machines.</summary>
    Nodes,

    /// <summary>So many of what is beside it.</summary>
    Count,

    /// <summary>What joins the machines.</summary>
    Over,

    /// <summary>The GPU is to be left out.</summary>
    CpuOnly,

    /// <summary>"RAM", "memory": the size beside it is the system's.</summary>
    RamWord,

    /// <summary>"VRAM": the size beside it is the GPU's.</summary>
    VramWord,

    /// <summary>"carve-out": the size beside it is what an integrated GPU has for itself.</summary>
    CarveWord,

    /// <summary>A comma or what stands for one.</summary>
    Break,

    /// <summary>"with": what stands before names the whole.</summary>
    With,

    /// <summary>Parenthesis.</summary>
    Open,

    /// <summary>Parenthesis.</summary>
    Close,
}

/// <summary>A token of a machine's description.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As it was written, lower case.</param>
/// <param name="Number">Its number, or 0.</param>
/// <param name="Word">What goes with the number, or null.</param>
internal sealed record MachineToken(MachineTokenKind Kind, string Text, double Number = 0, string? Word = null);
