using System.Globalization;
using DeepFit.Cli.Hosting;
using DeepFit.Core.Text;
using DeepFit.Server.Hosting;

namespace DeepFit.Cli.Rendering;

/// <summary>A server's log on standard error: a line a request, but not of those that only look whether all is well. Requests end on many threads, so that lines take turns.</summary>
internal sealed class RequestLog(CommandContext context) : IDisposable
{
    private static readonly string[] Looks = ["/health", "/metrics", "/deepfit/status"];

    private readonly Lock gate = new();
    private bool ended;

    /// <summary>Writes a request.</summary>
    public void Write(ServedRequest request)
    {
        if (request.Status == 200 && Looks.Contains(request.Path))
        {
            return;
        }

        string time = request.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string note = request.Note is { } said ? $" · {said}" : "";
        string error = request.Error is { } failure ? $" · {failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}" : "";
        Line($"{time} {request.Method} {request.Path} {request.Status.ToString(CultureInfo.InvariantCulture)} {Figures.FineDuration(request.Took.TotalSeconds).En}{note}{error}");
        if (request.Error is { } detailed && context.Console.Environment("DEEPFIT_DEBUG") == "1")
        {
            Line(detailed.ToString());
        }
    }

    /// <summary>Writes what the server says of itself.</summary>
    public void Say(BilingualText text) => Line(context.Say(text));

    /// <summary>Ends it: requests that are cut after this are not told.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
        }
    }

    private void Line(string text)
    {
        lock (gate)
        {
            if (!ended)
            {
                context.Console.Error.WriteLine(text);
            }
        }
    }
}
