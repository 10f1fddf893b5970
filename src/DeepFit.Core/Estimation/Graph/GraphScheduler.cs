namespace DeepFit.Core.Estimation.Graph;

/// <summary>
/// Distributes a graph over devices as ggml's scheduler does (<c>ggml_backend_sched_split_graph</c>, ggml-backend.cpp:1066): operations follow
/// their weights, neighbours follow them, results that cross devices are copied, and large batches pull the weights of CPU layers to a GPU.
/// </summary>
/// <remarks>Assumes that devices support every operation of the family up to their size limit, which holds for CPU, CUDA, Metal and Vulkan.</remarks>
internal sealed class GraphScheduler(DeviceTraits[] devices, bool pipelineParallel)
{
    private const int OffloadBatch = 32; // op_offload_min_batch_size, ggml-vulkan.cpp and ggml-cuda.cu
    private const int PipelineCopies = 4; // GGML_SCHED_MAX_COPIES
    private readonly int _cpu = devices.Length - 1;

    /// <summary>Compute buffers, by device; the last is the CPU's.</summary>
    public long[] Reserve(ComputeGraph graph)
    {
        if (_cpu == 0)
        {
            foreach (GraphTensor leaf in graph.Leafs)
            {
                leaf.Device = 0;
            }

            foreach (GraphTensor node in graph.Nodes)
            {
                node.Device = 0;
            }

            return new GraphAllocator(devices).Allocate(graph.Nodes, graph.Leafs);
        }

        AssignHeld(graph);
        Spread(graph.Nodes, gpusOnly: true);
        Spread(graph.Nodes, gpusOnly: false);
        AssignUndecided(graph.Nodes);
        AssignRest(graph.Nodes);
        (List<GraphTensor> nodes, List<GraphTensor> leafs) = Split(graph);
        return new GraphAllocator(devices).Allocate(nodes, leafs);
    }

    // pass 1: what is placed already decides, inputs start on the CPU, operations follow their weights
    private void AssignHeld(ComputeGraph graph)
    {
        foreach (GraphTensor leaf in graph.Leafs)
        {
            leaf.Device = leaf.HeldBy >= 0 ? leaf.HeldBy : leaf.IsInput ? _cpu : -1;
        }

        foreach (GraphTensor node in graph.Nodes)
        {
            if (node.ViewSource is { HeldBy: >= 0 } held)
            {
                node.Device = held.HeldBy;
                continue;
            }

            if (node.Op is GraphOp.Rope or GraphOp.FlashAttention)
            {
                continue;
            }

            for (int i = 0; i < 4; i++)
            {
                if (node.Source(i) is { IsWeight: true } weight)
                {
                    int holder = weight.HeldBy == _cpu && IsOffloaded(node) && Supports(0, node) ? 0 : weight.HeldBy;
                    node.Device = Supports(holder, node) ? holder : -1;
                    break;
                }
            }
        }
    }

    // a device refuses operations on tensors beyond its largest binding (ggml-vulkan.cpp:18568-18590); the CPU takes everything
    private bool Supports(int device, GraphTensor node)
    {
        long limit = devices[device].MaxTensorBytes;
        if (device == _cpu || limit == long.MaxValue)
        {
            return true;
        }

        for (int i = 0; i < 4; i++)
        {
            if (node.Source(i) is { } source && source.Bytes > limit)
            {
                return false;
            }
        }

        return node.Bytes <= limit;
    }

    // ggml_vk_get_op_batch_size and its CUDA twin: rows of a product, tokens of a routed product, nothing for look-ups
    private static bool IsOffloaded(GraphTensor node) => node.Op switch
    {
        GraphOp.GetRows => false,
        GraphOp.MatMul => node.Ne1 >= OffloadBatch,
        GraphOp.MatMulId => node.Ne2 >= OffloadBatch,
        _ => node.Ne1 * node.Ne2 * node.Ne3 >= OffloadBatch,
    };

    // pass 2: neighbours of an assigned operation join it, first down, then up; GPUs go first
    private void Spread(List<GraphTensor> nodes, bool gpusOnly)
    {
        int current = -1;
        for (int i = 0; i < nodes.Count; i++)
        {
            Visit(nodes[i]);
        }

        current = -1;
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            Visit(nodes[i]);
        }

        void Visit(GraphTensor node)
        {
            if (node.Op == GraphOp.View)
            {
                return;
            }

            if (node.Device >= 0)
            {
                current = gpusOnly && node.Device == _cpu ? -1 : node.Device;
            }
            else if (current >= 0 && Supports(current, node))
            {
                node.Device = current;
            }
        }
    }

    // pass 3: what no neighbour could take goes where most of its sources are
    private void AssignUndecided(List<GraphTensor> nodes)
    {
        foreach (GraphTensor node in nodes)
        {
            if (node.Op == GraphOp.View || node.Device >= 0)
            {
                continue;
            }

            int best = -1;
            for (int device = 0; device <= _cpu; device++)
            {
                if (!Supports(device, node))
                {
                    continue;
                }

                int readable = 0;
                for (int i = 0; i < 4; i++)
                {
                    if (node.Source(i) is { } source && (source.Device >= 0 || source.ViewSource is { Device: >= 0 }) && CanRead(device, source))
                    {
                        readable++;
                    }
                }

                if (readable > best)
                {
                    best = readable;
                    node.Device = device;
                }
            }
        }
    }

    // pass 4: views are where their source is, other sources where they are first read
    private void AssignRest(List<GraphTensor> nodes)
    {
        foreach (GraphTensor node in nodes)
        {
            if (node.Device < 0 && node.ViewSource is { } viewed)
            {
                node.Device = viewed.Device;
            }

            for (int i = 0; i < 4; i++)
            {
                if (node.Source(i) is { Device: < 0 } source)
                {
                    source.Device = source.ViewSource?.Device ?? node.Device;
                }
            }

            for (int device = 0; device <= _cpu && node.Device < 0; device++)
            {
                node.Device = Supports(device, node) ? device : -1;
            }
        }
    }

    // a device reads only its own buffers; copies bring the rest
    private static bool CanRead(int device, GraphTensor tensor)
    {
        GraphTensor root = tensor.ViewSource ?? tensor;
        int holder = root.HeldBy >= 0 ? root.HeldBy : tensor.Device >= 0 ? tensor.Device : root.Device;
        return holder == device;
    }

    // pass 5: runs on one device become a split; what a split reads from elsewhere is copied at its start
    private (List<GraphTensor> Nodes, List<GraphTensor> Leafs) Split(ComputeGraph graph)
    {
        int copies = pipelineParallel ? PipelineCopies : 1;
        var leafs = new List<GraphTensor>(graph.Leafs.Count + 16);
        var splits = new List<(int Device, int Start, List<GraphTensor> Inputs)>();
        var graphInputs = new HashSet<GraphTensor>();
        int device = -1;
        List<GraphTensor> inputs = [];
        List<GraphTensor> nodes = graph.Nodes;
        for (int i = 0; i < nodes.Count; i++)
        {
            GraphTensor node = nodes[i];
            if (node.Op == GraphOp.View)
            {
                continue;
            }

            if (node.Device != device || (inputs.Count > 0 && ReadsForeignWeight(node)))
            {
                inputs = [];
                splits.Add((node.Device, splits.Count == 0 ? 0 : i, inputs));
                device = node.Device;
            }

            for (int s = 0; s < 4; s++)
            {
                if (node.Source(s) is not { } source)
                {
                    continue;
                }

                if (copies > 1 && source.IsInput && graphInputs.Add(source))
                {
                    source.IsOutput = true; // kept for the copies in flight
                    leafs.Add(source);
                    for (int c = 1; c < copies; c++)
                    {
                        leafs.Add(CopyOf(source, source.Device, keep: true));
                    }
                }

                if (source.Device == device || CanRead(device, source))
                {
                    continue;
                }

                source.Copies ??= new GraphTensor?[devices.Length];
                if (source.Copies[device] is not { } copy)
                {
                    copy = CopyOf(source, device, copies > 1);
                    source.Copies[device] = copy;
                    inputs.Add(source);
                    if (copies > 1)
                    {
                        leafs.Add(copy);
                        for (int c = 1; c < copies; c++)
                        {
                            leafs.Add(CopyOf(source, device, keep: true));
                        }
                    }
                }

                node.SetSource(s, copy);
            }
        }

        var ordered = new List<GraphTensor>(nodes.Count + 32);
        for (int p = 0; p < splits.Count; p++)
        {
            (int on, int start, List<GraphTensor> needed) = splits[p];
            foreach (GraphTensor input in needed)
            {
                // the source must outlive the copy, and the copy must exist before the split
                ordered.Add(new GraphTensor { Op = GraphOp.None, Type = input.Type, Ne0 = 0, ViewSource = input.ViewSource ?? input, Src0 = input, Device = input.Device });
                ordered.Add(input.Copies![on]!);
            }

            int end = p + 1 < splits.Count ? splits[p + 1].Start : nodes.Count;
            for (int i = start; i < end; i++)
            {
                ordered.Add(nodes[i]);
            }
        }

        leafs.AddRange(graph.Leafs);
        return (ordered, leafs);

        bool ReadsForeignWeight(GraphTensor node)
        {
            for (int s = 0; s < 4; s++)
            {
                if (node.Source(s) is { IsWeight: true } weight && weight.Device != device && !CanRead(device, weight))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static GraphTensor CopyOf(GraphTensor source, int device, bool keep) => new()
    {
        Op = GraphOp.None,
        Type = source.Type,
        Ne0 = source.Ne0,
        Ne1 = source.Ne1,
        Ne2 = source.Ne2,
        Ne3 = source.Ne3,
        Nb0 = source.Nb0,
        Nb1 = source.Nb1,
        Nb2 = source.Nb2,
        Nb3 = source.Nb3,
        Device = device,
        IsInput = keep,
        IsOutput = keep,
    };
}
