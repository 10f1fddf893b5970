using System.Runtime.InteropServices;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Apple;

/// <summary>Metal through its C entry point and the Objective-C runtime; touched on macOS only.</summary>
internal sealed partial class Metal : IMetal
{
    private const string Framework = "/System/Library/Frameworks/Metal.framework/Metal";
    private const string Objc = "/usr/lib/libobjc.A.dylib";

    public ByteSize? RecommendedMaxWorkingSetSize()
    {
        if (!OperatingSystem.IsMacOS())
            return null;

        try
        {
            // Without CoreGraphics in the process Metal offers a command-line program no default device.
            NativeLibrary.TryLoad("/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics", out _);
            nint device = MTLCreateSystemDefaultDevice();
            if (device == 0)
                return null;

            ulong bytes = SendULong(device, RegisterName("recommendedMaxWorkingSetSize"));
            SendULong(device, RegisterName("release"));
            return bytes is > 0 and < long.MaxValue ? new ByteSize((long)bytes) : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport(Framework)]
    private static partial nint MTLCreateSystemDefaultDevice();

    [LibraryImport(Objc, EntryPoint = "sel_registerName", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RegisterName(string name);

    [LibraryImport(Objc, EntryPoint = "objc_msgSend")]
    private static partial ulong SendULong(nint receiver, nint selector);
}
