using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace DeepFit.Cli.LineEditing;

/// <summary>A terminal of Linux or macOS. Its settings are read, made raw and put back by the C library, so that their layout need not be known here.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class UnixTerminal : ITerminal
{
    private const int Input = 0;
    private const int SettingsBytes = 512; // struct termios: 60 bytes on Linux, 72 on macOS
    private const int Now = 0; // TCSANOW
    private const byte Echo = 8; // ECHO of c_lflag, in its lowest byte, on Linux and macOS
    private const byte ReturnIsLineFeed = 1; // ICRNL (0x100) of c_iflag, in its second byte, on both
    private const short Readable = 1; // POLLIN
    private const int PollMilliseconds = 100;
    private const int SignalStop = 20; // SIGTSTP on Linux
    private const int SignalStopMac = 18;

    private readonly Stream output = Console.OpenStandardOutput();
    private readonly KeyDecoder decoder = new();
    private readonly byte[] settings = new byte[SettingsBytes];
    private bool changed;

    public int Width => Console.WindowWidth is > 1 and var width ? width : 80;

    public int Height => Console.WindowHeight is > 1 and var height ? height : 24;

    /// <summary>The settings of the process's terminal, to be put back with <see cref="Restore"/>; null where there is none.</summary>
    public static byte[]? Save()
    {
        var saved = new byte[SettingsBytes];
        return GetAttributes(Input, saved) == 0 ? saved : null;
    }

    /// <summary>Puts settings back.</summary>
    public static void Restore(byte[] saved) => _ = SetAttributes(Input, Now, saved);

    public void Enter() => Change(copy => MakeRaw(copy));

    // the flags are 4 bytes each on Linux and 8 on macOS, in the order c_iflag, c_oflag, c_cflag, c_lflag, the lowest byte first
    public void Hush() => Change(copy =>
    {
        copy[OperatingSystem.IsMacOS() ? 24 : 12] &= unchecked((byte)~Echo);
        copy[1] &= unchecked((byte)~ReturnIsLineFeed);
    });

    public void Leave()
    {
        if (changed)
        {
            changed = false;
            _ = SetAttributes(Input, Now, settings);
        }
    }

    private void Change(Action<byte[]> change)
    {
        if (GetAttributes(Input, settings) != 0)
        {
            return;
        }

        var copy = (byte[])settings.Clone();
        change(copy);
        _ = SetAttributes(Input, Now, copy);
        changed = true;
    }

    // the whole process group, as the terminal itself does on Ctrl-Z: the watching process too
    public void Suspend() => _ = Kill(0, OperatingSystem.IsMacOS() ? SignalStopMac : SignalStop);

    public Key? ReadKey(CancellationToken cancellationToken)
    {
        Span<byte> bytes = stackalloc byte[4096];
        while (true)
        {
            if (decoder.TryTake(out Key key))
            {
                return key;
            }

            cancellationToken.ThrowIfCancellationRequested();
            var waiting = new PollDescriptor { File = Input, Events = Readable };
            if (Poll(ref waiting, 1, PollMilliseconds) <= 0)
            {
                decoder.TimeOut(); // no key sends its sequence this slowly; an interrupted wait is begun anew
                continue;
            }

            nint read = Read(Input, bytes, bytes.Length);
            if (read > 0)
            {
                decoder.Feed(bytes[..(int)read]);
            }
            else if (read == 0 || Marshal.GetLastPInvokeError() != Interrupted)
            {
                return null;
            }
        }
    }

    public void Write(string text)
    {
        output.Write(Encoding.UTF8.GetBytes(text));
        output.Flush();
    }

    public void Dispose() => Leave();

    private const int Interrupted = 4; // EINTR

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int File;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int file, Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int file, int when, Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int file, Span<byte> bytes, nint count);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
