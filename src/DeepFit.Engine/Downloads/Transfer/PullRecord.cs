using System.Text.Json;
using System.Text.Json.Serialization;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>What DeepFit notes beside a file that it pulled. A file whose length or time differs from the record was changed by something else: it does not count as verified.</summary>
internal sealed record PullRecord
{
    private const string Suffix = ".deepfit.json";

    /// <summary>The file's bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Its SHA-256, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Whether that is what the hub stated.</summary>
    public required bool Verified { get; init; }

    /// <summary>The address.</summary>
    public required string Source { get; init; }

    /// <summary>When it was pulled.</summary>
    public required DateTimeOffset PulledAt { get; init; }

    /// <summary>The file's time of last change, in UTC ticks.</summary>
    public required long ModifiedTicks { get; init; }

    /// <summary>The record's path.</summary>
    public static string PathOf(string file) => file + Suffix;

    /// <summary>Writes the record of a file, atomically.</summary>
    /// <param name="file">The file's name, which it may not have yet.</param>
    /// <param name="content">Where its content is now.</param>
    /// <param name="result">What is known of it.</param>
    /// <param name="now">The time.</param>
    public static void Write(string file, string content, TransferResult result, DateTimeOffset now)
    {
        var record = new PullRecord
        {
            Bytes = result.Bytes,
            Sha256 = result.Sha256,
            Verified = result.Verified,
            Source = result.Source,
            PulledAt = now,
            ModifiedTicks = File.GetLastWriteTimeUtc(content).Ticks,
        };
        string temporary = PathOf(file) + ".new";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(record, PullRecordJson.Default.PullRecord));
        File.Move(temporary, PathOf(file), overwrite: true);
    }

    /// <summary>The record of a file; null when there is none, or when the file is no longer the one that was recorded.</summary>
    public static PullRecord? Read(string file)
    {
        try
        {
            PullRecord? record = JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(file)), PullRecordJson.Default.PullRecord);
            return record is not null && new FileInfo(file) is { Exists: true } info && info.Length == record.Bytes && info.LastWriteTimeUtc.Ticks == record.ModifiedTicks
                ? record
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

}

/// <summary>Serialisation code made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(PullRecord))]
internal sealed partial class PullRecordJson : JsonSerializerContext;
