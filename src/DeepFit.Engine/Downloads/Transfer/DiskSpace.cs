namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>What is free on a disk, and whether an error says that it is full.</summary>
internal static class DiskSpace
{
    private const int LinuxNoSpace = 28; // ENOSPC
    private const int LinuxQuota = 122; // EDQUOT
    private const int MacQuota = 69; // EDQUOT
    private const int WindowsHandleFull = unchecked((int)0x80070027); // ERROR_HANDLE_DISK_FULL
    private const int WindowsFull = unchecked((int)0x80070070); // ERROR_DISK_FULL

    /// <summary>Bytes that this user may still write where a folder is or will be; null when the system does not say.</summary>
    public static long? FreeBytes(string folder)
    {
        try
        {
            string? existing = Path.GetFullPath(folder);
            while (existing is not null && !Directory.Exists(existing))
            {
                existing = Path.GetDirectoryName(existing);
            }

            return existing is null ? null : new DriveInfo(existing).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether a write failed because the disk, or the user's share of it, is full.</summary>
    public static bool IsFull(Exception exception) => exception is IOException
        && (OperatingSystem.IsWindows()
            ? exception.HResult is WindowsFull or WindowsHandleFull
            : exception.HResult is LinuxNoSpace or LinuxQuota || (OperatingSystem.IsMacOS() && exception.HResult == MacQuota));
}
