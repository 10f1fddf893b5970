namespace DeepFit.Core.Contract;

/// <summary>The page is there (<c>deepfit web</c>): one line, as soon as it answers.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Port">The port in it.</param>
/// <param name="ProcessId">The process's number.</param>
public sealed record WebDocument(string Url, int Port, int ProcessId);
