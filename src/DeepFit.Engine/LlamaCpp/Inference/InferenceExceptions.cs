using DeepFit.Core.Estimation;
using DeepFit.Core.Text;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>A request that cannot be served as it is: too long a prompt, a grammar that is none, settings out of range. HTTP 400.</summary>
public sealed class GenerationRequestException : UserErrorException
{
    /// <summary>Creates the error.</summary>
    /// <param name="parameter">What of the request is wrong, by its name in the OpenAI API: <c>messages</c>, <c>stop</c>, <c>response_format</c> ...</param>
    /// <param name="code">A word for programs: <c>context_length_exceeded</c>, <c>invalid_value</c>, <c>unsupported_template</c>, <c>unsupported_tools</c>.</param>
    /// <param name="text">What is wrong, and what to do about it.</param>
    public GenerationRequestException(string parameter, string code, BilingualText text)
        : base(text)
    {
        Parameter = parameter;
        Code = code;
    }

    /// <summary>What of the request is wrong.</summary>
    public string Parameter { get; }

    /// <summary>A word for programs.</summary>
    public string Code { get; }
}

/// <summary>Too many requests wait. HTTP 429.</summary>
public sealed class QueueFullException : UserErrorException
{
    /// <summary>Creates the error.</summary>
    /// <param name="waiting">Requests that wait.</param>
    /// <param name="retryAfter">When a slot is likely to be free.</param>
    public QueueFullException(int waiting, TimeSpan retryAfter)
        : base(new BilingualText(
            $"{waiting} requests are waiting already, which is the limit. Try again in about {Math.Ceiling(retryAfter.TotalSeconds):0} s.",
            $"等待中的请求已达上限（{waiting} 个）。请在约 {Math.Ceiling(retryAfter.TotalSeconds):0} 秒后重试。")) => RetryAfter = retryAfter;

    /// <summary>When to try again.</summary>
    public TimeSpan RetryAfter { get; }
}

/// <summary>The model would not fit the memory, and was not loaded.</summary>
public sealed class DoesNotFitException : UserErrorException
{
    /// <summary>Creates the error.</summary>
    /// <param name="limitedBy"><c>ram</c> or <c>vram</c>.</param>
    /// <param name="memory">What it would take.</param>
    /// <param name="text">What lacks, and what to do about it.</param>
    public DoesNotFitException(string limitedBy, MemoryEstimate memory, BilingualText text)
        : base(text)
    {
        LimitedBy = limitedBy;
        Memory = memory;
    }

    /// <summary><c>ram</c> or <c>vram</c>.</summary>
    public string LimitedBy { get; }

    /// <summary>What it would take, device by device.</summary>
    public MemoryEstimate Memory { get; }
}
