namespace DeepFit.Core.Text;

/// <summary>The languages that DeepFit speaks.</summary>
public enum Language
{
    /// <summary>English.</summary>
    English = 0,

    /// <summary>Simplified Chinese.</summary>
    Chinese = 1,
}

/// <summary>One statement in both languages, figures already formatted with the invariant culture.</summary>
/// <param name="En">English.</param>
/// <param name="Zh">Simplified Chinese.</param>
public sealed record BilingualText(string En, string Zh)
{
    /// <summary>The text in one language.</summary>
    public string In(Language language) => language == Language.Chinese ? Zh : En;

    /// <summary>This statement and another one after it.</summary>
    public BilingualText Then(BilingualText next) => new($"{En.TrimEnd()} {next.En}", Zh.TrimEnd() + next.Zh);

    /// <summary>English.</summary>
    public override string ToString() => En;
}

/// <summary>A wrong input that a person can mend. The message names the thing and the way out.</summary>
public class UserErrorException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="text">What is wrong, and what to do about it.</param>
    /// <param name="inner">The cause, or null.</param>
    public UserErrorException(BilingualText text, Exception? inner = null)
        : base(text.En, inner) => Text = text;

    /// <summary>What is wrong, and what to do about it.</summary>
    public BilingualText Text { get; }

    /// <summary>The nearest right names, best first; empty when there are none.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];
}

/// <summary>A thing that a person named is not there.</summary>
public sealed class NotFoundException : UserErrorException
{
    /// <summary>Creates the error.</summary>
    /// <param name="text">What is not there, and what to do about it.</param>
    public NotFoundException(BilingualText text)
        : base(text)
    {
    }
}

/// <summary>What a person asked for is right, and yet could not be done: the network failed, say.</summary>
public sealed class OperationFailedException : UserErrorException
{
    /// <summary>Creates the error.</summary>
    /// <param name="text">What failed, and what to do about it.</param>
    /// <param name="inner">The cause, or null.</param>
    public OperationFailedException(BilingualText text, Exception? inner = null)
        : base(text, inner)
    {
    }
}
