using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus;

/// <summary>System memory that an integrated GPU may take where no driver says how much.</summary>
internal static class SharedMemory
{
    /// <summary>Half of the memory: what Windows lets a GPU share, and a careful figure elsewhere.</summary>
    public static ByteSize Half(MemoryInfo memory) => new(memory.Total.Bytes / 2);
}
