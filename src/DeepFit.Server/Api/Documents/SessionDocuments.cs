namespace DeepFit.Server.Api.Documents;

/// <summary>The program that answers.</summary>
/// <param name="Version">DeepFit's version.</param>
/// <param name="Engine">The engine that runs models here.</param>
/// <param name="Languages">The languages that texts come in.</param>
public sealed record SessionDocument(string Version, SessionEngineDocument Engine, IReadOnlyList<string> Languages);

/// <summary>The engine.</summary>
/// <param name="Name">Its name and version.</param>
/// <param name="Missing">Why there is none, in the language asked for; null where there is one.</param>
public sealed record SessionEngineDocument(string Name, string? Missing);

/// <summary>Memory of this machine at this moment; sizes in bytes.</summary>
/// <param name="Ram">System memory.</param>
/// <param name="Gpus">GPUs, in the machine's order.</param>
public sealed record MemoryNowDocument(RamNowDocument Ram, IReadOnlyList<GpuNowDocument> Gpus);

/// <summary>System memory at this moment.</summary>
/// <param name="TotalBytes">All of it that this process may have.</param>
/// <param name="AvailableBytes">What a new process can have.</param>
public sealed record RamNowDocument(long TotalBytes, long AvailableBytes);

/// <summary>A GPU's memory at this moment.</summary>
/// <param name="Name">The GPU.</param>
/// <param name="TotalBytes">Memory that a model can use.</param>
/// <param name="AvailableBytes">What is free of it; null where nothing says.</param>
public sealed record GpuNowDocument(string Name, long TotalBytes, long? AvailableBytes);

/// <summary>What went wrong.</summary>
/// <param name="Error">The failure.</param>
public sealed record ApiErrorDocument(ApiErrorDetail Error);

/// <summary>A failure, in both languages.</summary>
/// <param name="Kind">A stable word for programs: <c>wrong_usage</c>, <c>not_found</c>, <c>busy</c>, <c>forbidden</c>, <c>refused</c>, <c>bad_file</c>, <c>nothing_fits</c>, <c>no_engine</c>, <c>no_network</c>, <c>no_space</c>, <c>not_published</c>, <c>bad_content</c>, <c>failed</c>.</param>
/// <param name="Message">What is wrong and the way out, in English.</param>
/// <param name="MessageZh">The same in Chinese.</param>
/// <param name="Suggestions">The nearest right names; empty when there are none.</param>
public sealed record ApiErrorDetail(string Kind, string Message, string MessageZh, IReadOnlyList<string> Suggestions);

/// <summary>Something was started; its events tell how it goes.</summary>
/// <param name="Id">What it is called from now on.</param>
public sealed record StartedDocument(string Id);
