using System.Buffers;
using System.Text;
using DeepFit.Core.Text;

namespace DeepFit.Core.Hardware;

/// <summary>
/// Machines as files: what <c>deepfit detect --json</c> prints, or the few lines that a person writes. The format is described in
/// <c>docs/machine-file.md</c>.
/// </summary>
public static class MachineFile
{
    /// <summary>Longest file that is read, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Reads a machine from a stream of UTF-8 (or UTF-16 with a byte order mark, as older PowerShells write it).</summary>
    /// <param name="stream">The file.</param>
    /// <param name="name">What to call the file in messages; its name without folder and ending also names a machine that has no name.</param>
    /// <exception cref="MachineFileException">What is wrong, where, and the nearest right names.</exception>
    public static MachineProfile Read(Stream stream, string name)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxBytes + 1);
        try
        {
            int length = stream.ReadAtLeast(buffer.AsSpan(0, MaxBytes + 1), MaxBytes + 1, throwOnEndOfStream: false);
            if (length > MaxBytes)
            {
                throw new MachineFileException(name, null, null, new BilingualText(
                    "is longer than 1 MiB, so it is not a machine file. `deepfit detect --json` prints one.",
                    "超过 1 MiB，不是机器文件。`deepfit detect --json` 会打印一个。"));
            }

            return Read(Decode(buffer.AsSpan(0, length), name), name);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads a machine from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <exception cref="MachineFileException">What is wrong, where, and the nearest right names.</exception>
    public static MachineProfile Read(string json, string name) => Read(Encoding.UTF8.GetBytes(json), name);

    private static MachineProfile Read(byte[] utf8, string name) => MachineFileReader.Read(MachineFileNode.Parse(utf8, name), name);

    private static byte[] Decode(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
        {
            return bytes[3..].ToArray();
        }

        if (bytes.StartsWith<byte>([0xFF, 0xFE]))
        {
            return Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(bytes[2..]));
        }

        if (bytes.StartsWith<byte>([0xFE, 0xFF]))
        {
            return Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(bytes[2..]));
        }

        return bytes.Contains((byte)0)
            ? throw new MachineFileException(name, null, null, new BilingualText(
                "is a binary file, not JSON text. `deepfit detect --json` prints a machine file.",
                "是二进制文件，不是 JSON 文本。`deepfit detect --json` 会打印机器文件。"))
            : bytes.ToArray();
    }
}

/// <summary>A machine file that cannot be used.</summary>
public sealed class MachineFileException : UserErrorException
{
    /// <summary>Creates the error.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="line">Line, from 1, or null when it concerns the whole file.</param>
    /// <param name="path">The value's place, such as <c>gpus[0].memory_bytes</c>, or null.</param>
    /// <param name="text">What is wrong and the way out, without the place.</param>
    /// <param name="inner">The cause, or null.</param>
    public MachineFileException(string file, int? line, string? path, BilingualText text, Exception? inner = null)
        : base(Place(file, line, path, text), inner)
    {
        File = file;
        Line = line;
        Path = path;
    }

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>Line, from 1, or null when it concerns the whole file.</summary>
    public int? Line { get; }

    /// <summary>The value's place, such as <c>gpus[0].memory_bytes</c>, or null.</summary>
    public string? Path { get; }

    private static BilingualText Place(string file, int? line, string? path, BilingualText text)
    {
        string lineEn = line is null ? "" : $", line {line}";
        string lineZh = line is null ? "" : $" 第 {line} 行";
        string at = string.IsNullOrEmpty(path) ? "" : $" {path}";
        return line is null && at.Length == 0
            ? new BilingualText($"Machine file {file} {text.En}", $"机器文件 {file} {text.Zh}")
            : new BilingualText($"Machine file {file}{lineEn}:{at} {text.En}", $"机器文件 {file}{lineZh}：{at.TrimStart()} {text.Zh}");
    }
}
