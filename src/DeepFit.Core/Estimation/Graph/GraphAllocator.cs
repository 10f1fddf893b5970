namespace DeepFit.Core.Estimation.Graph;

/// <summary>
/// Finds how large a compute buffer each device needs for a graph, by the policy of ggml's graph allocator (ggml-alloc.c): best fit among freed
/// blocks, operations that can run in place take over a dying parent, results live until their last reader.
/// </summary>
internal sealed class GraphAllocator
{
    private readonly DeviceTraits[] _devices;
    private readonly Arena[] _arenas;

    public GraphAllocator(DeviceTraits[] devices)
    {
        _devices = devices;
        _arenas = new Arena[devices.Length];
        for (int i = 0; i < devices.Length; i++)
        {
            _arenas[i] = new Arena(devices[i].Alignment, devices[i].MaxChunkBytes);
        }
    }

    /// <summary>Allocates the nodes in order; each node's and leaf's <see cref="GraphTensor.Device"/> says where.</summary>
    /// <returns>Bytes of each device's compute buffer.</returns>
    public long[] Allocate(List<GraphTensor> nodes, List<GraphTensor> leafs)
    {
        foreach (GraphTensor leaf in leafs)
        {
            Place(leaf, leaf.Device);
        }

        foreach (GraphTensor node in nodes)
        {
            // a view without an operation only marks a dependency that the scheduler added
            if (node.ViewSource is { } viewed && node.Op != GraphOp.None)
            {
                viewed.Views++;
            }

            for (int i = 0; i < 4; i++)
            {
                if (node.Source(i) is not { } source)
                {
                    continue;
                }

                source.Children++;
                if (source.IsInput)
                {
                    Place(source, node.Device);
                }
            }
        }

        foreach (GraphTensor node in nodes)
        {
            for (int i = 0; i < 4; i++)
            {
                if (node.Source(i) is { } source)
                {
                    Place(source, node.Device);
                }
            }

            Place(node, node.Device);

            for (int i = 0; i < 4; i++)
            {
                if (node.Source(i) is { } source)
                {
                    Release(source);
                }
            }
        }

        long[] sizes = new long[_arenas.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = _arenas[i].Size;
        }

        return sizes;
    }

    private void Place(GraphTensor tensor, int device)
    {
        if (tensor.HeldBy >= 0 || tensor.Allocated || tensor.ViewSource is not null)
        {
            return;
        }

        tensor.Allocated = true;
        if (tensor.Op is GraphOp.Inplace or GraphOp.Rope && TakeOverParent(tensor, device))
        {
            return;
        }

        tensor.Buffer = device;
        (tensor.Chunk, tensor.Offset) = _arenas[device].Take(_devices[device].AllocationBytes(tensor));
    }

    private bool TakeOverParent(GraphTensor tensor, int device)
    {
        for (int i = 0; i < 4; i++)
        {
            GraphTensor? parent = tensor.Source(i);
            if (parent is null
                || !parent.Allocated
                || parent.IsOutput
                || parent.ViewSource is { IsOutput: true }
                || parent.Children != 1
                || parent.Views != 0
                || !tensor.SameLayout(parent))
            {
                continue;
            }

            // a view never owns memory, so an allocated parent is a plain tensor
            (tensor.Buffer, tensor.Chunk, tensor.Offset) = (parent.Buffer, parent.Chunk, parent.Offset);
            parent.Allocated = false;
            ReturnExcess(tensor, parent, device);
            return true;
        }

        return false;
    }

    private void ReturnExcess(GraphTensor tensor, GraphTensor parent, int device)
    {
        Arena arena = _arenas[parent.Buffer];
        long had = arena.Align(_devices[parent.Buffer].AllocationBytes(parent));
        long needs = arena.Align(_devices[device].AllocationBytes(tensor));
        if (had > needs)
        {
            arena.Return(parent.Chunk, parent.Offset + needs, had - needs);
        }
    }

    private void Release(GraphTensor source)
    {
        source.Children--;
        if (source.Children != 0 || source.Views != 0)
        {
            return;
        }

        if (source.ViewSource is { } viewed)
        {
            viewed.Views--;
            if (viewed.Views == 0 && viewed.Children == 0 && viewed.Allocated)
            {
                Free(viewed);
            }
        }
        else if (source.Allocated)
        {
            Free(source);
        }
    }

    private void Free(GraphTensor tensor)
    {
        if (tensor.IsOutput)
        {
            return;
        }

        _arenas[tensor.Buffer].Return(tensor.Chunk, tensor.Offset, _devices[tensor.Buffer].AllocationBytes(tensor));
        tensor.Allocated = false;
    }

    /// <summary>One device's address space: chunks of at most the device's largest buffer, each with sorted free blocks.</summary>
    private sealed class Arena(long alignment, long maxChunkBytes)
    {
        private const int MaxChunks = 16; // GGML_VBUFFER_MAX_CHUNKS
        private readonly List<Chunk> _chunks = [];

        public long Size => _chunks.Sum(c => c.Size);

        public long Align(long bytes) => (bytes + alignment - 1) & -alignment;

        public (int Chunk, long Offset) Take(long bytes)
        {
            bytes = Align(bytes);
            (int chunk, int block) = BestFit(bytes);
            if (block < 0)
            {
                (chunk, block) = Grow(bytes);
            }

            if (block < 0)
            {
                chunk = _chunks.Count;
                block = 0;
                long room = chunk == MaxChunks - 1 ? long.MaxValue / 2 : Math.Max(bytes, maxChunkBytes);
                _chunks.Add(new Chunk(room));
            }

            Chunk taken = _chunks[chunk];
            (long offset, long size) = taken.Free[block];
            if (size == bytes)
            {
                taken.Free.RemoveAt(block);
            }
            else
            {
                taken.Free[block] = (offset + bytes, size - bytes);
            }

            taken.Size = Math.Max(taken.Size, offset + bytes);
            return (chunk, offset);
        }

        public void Return(int chunk, long offset, long bytes) => _chunks[chunk].Return(offset, Align(bytes));

        // the smallest freed block that is large enough; the last block of a chunk is its unused end and comes only after these
        private (int Chunk, int Block) BestFit(long bytes)
        {
            (int bestChunk, int bestBlock) = (-1, -1);
            for (int c = 0; c < _chunks.Count; c++)
            {
                long bestSize = long.MaxValue;
                List<(long Offset, long Size)> free = _chunks[c].Free;
                for (int b = 0; b < free.Count - 1; b++)
                {
                    if (free[b].Size >= bytes && free[b].Size <= bestSize)
                    {
                        (bestChunk, bestBlock, bestSize) = (c, b, free[b].Size);
                    }
                }
            }

            return (bestChunk, bestBlock);
        }

        // the chunk whose end wastes least
        private (int Chunk, int Block) Grow(long bytes)
        {
            (int bestChunk, int bestBlock) = (-1, -1);
            long best = long.MinValue;
            for (int c = 0; c < _chunks.Count; c++)
            {
                Chunk chunk = _chunks[c];
                if (chunk.Free.Count == 0)
                {
                    continue;
                }

                (long offset, long size) = chunk.Free[^1];
                long reuse = chunk.Size - offset - bytes;
                bool better = (best < 0 && reuse > best) || (reuse >= 0 && reuse < best);
                if (size >= bytes && better)
                {
                    (bestChunk, bestBlock, best) = (c, chunk.Free.Count - 1, reuse);
                }
            }

            return (bestChunk, bestBlock);
        }

        private sealed class Chunk(long room)
        {
            public List<(long Offset, long Size)> Free { get; } = [(0, room)];

            public long Size { get; set; }

            public void Return(long offset, long bytes)
            {
                int i = 0;
                while (i < Free.Count && Free[i].Offset < offset)
                {
                    i++;
                }

                bool joinsPrevious = i > 0 && Free[i - 1].Offset + Free[i - 1].Size == offset;
                bool joinsNext = i < Free.Count && offset + bytes == Free[i].Offset;
                if (joinsPrevious && joinsNext)
                {
                    Free[i - 1] = (Free[i - 1].Offset, Free[i - 1].Size + bytes + Free[i].Size);
                    Free.RemoveAt(i);
                }
                else if (joinsPrevious)
                {
                    Free[i - 1] = (Free[i - 1].Offset, Free[i - 1].Size + bytes);
                }
                else if (joinsNext)
                {
                    Free[i] = (offset, bytes + Free[i].Size);
                }
                else
                {
                    Free.Insert(i, (offset, bytes));
                }
            }
        }
    }
}

/// <summary>What the allocator must know of a device.</summary>
/// <param name="Backend"><c>cpu cuda vulkan metal rocm sycl cann musa</c>.</param>
/// <param name="Alignment">Alignment of tensors in its buffers, bytes; a power of two.</param>
/// <param name="MaxChunkBytes">Largest single buffer.</param>
/// <param name="MaxTensorBytes">Largest tensor that its operations take.</param>
internal sealed record DeviceTraits(string Backend, long Alignment, long MaxChunkBytes, long MaxTensorBytes = long.MaxValue)
{
    private readonly bool _converts = Backend is "cuda" or "rocm" or "musa";
    private readonly bool _metal = Backend == "metal";

    public static DeviceTraits For(string backend) => backend switch
    {
        // ggml-cpu TENSOR_ALIGNMENT; CUDA buffers: ggml-cuda.cu get_alignment; Vulkan: suballocation of 1 GiB (ggml-vulkan.cpp:6510)
        "cuda" or "rocm" or "musa" => new DeviceTraits(backend, 128, long.MaxValue),
        "vulkan" => new DeviceTraits(backend, 64, 1L << 30, uint.MaxValue),
        "cpu" or "metal" => new DeviceTraits(backend, 32, long.MaxValue),
        _ => new DeviceTraits(backend, 128, long.MaxValue),
    };

    /// <summary>Bytes to set aside for a tensor: its own, and the scratch that some devices keep behind it.</summary>
    public long AllocationBytes(GraphTensor tensor)
    {
        long bytes = tensor.Bytes;
        if (tensor.Op == GraphOp.FlashAttention && _converts)
        {
            // fattn.cu ggml_cuda_flash_attn_ext_get_alloc_size: quantized K and V are converted to F16 behind the result
            bytes += HalfPrecisionCopy(tensor.Src1!);
            if (tensor.Src2!.ViewSource != tensor.Src1!.ViewSource)
            {
                bytes += HalfPrecisionCopy(tensor.Src2);
            }
        }
        else if (tensor.Op == GraphOp.Argsort && _metal)
        {
            bytes *= 2; // ggml-metal.cpp get_alloc_size
        }

        return bytes;
    }

    private static long HalfPrecisionCopy(GraphTensor tensor) =>
        tensor.Type == Gguf.GgmlType.F16 ? 0 : tensor.Elements * 2;
}
