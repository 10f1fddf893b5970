using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Advice;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Hosting;

/// <summary>
/// Answers the planning questions for whoever asks: the command line, the server's API, agents. All of them get the same figures from here.
/// </summary>
/// <param name="services">The machine, the engine and the store.</param>
public sealed class Planner(IDeepFitServices services)
{
    /// <summary>Which DeepSeek-R1 to run. On this machine, what was measured here counts.</summary>
    /// <exception cref="UserErrorException">The machine or the request makes no sense.</exception>
    public async Task<RecommendAnswer> RecommendAsync(RecommendQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        MachineProfile machine = await MachineReference.ResolveAsync(query.Machine, services, DetectionDepth.Plan, cancellationToken).ConfigureAwait(false);
        RecommendRequest request = query.Machine is null ? query.Request with { Measurements = services.Measurements(machine), Memories = services.Memories(machine) } : query.Request;
        return new RecommendAnswer(Recommender.Recommend(machine, request), machine, request);
    }

    /// <summary>What would lift a machine, and by how much. On this machine, what was measured here counts.</summary>
    /// <exception cref="UserErrorException">The machine or the request makes no sense.</exception>
    public async Task<UpgradeAdvice> AdviseUpgradeAsync(RecommendQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        MachineProfile machine = await MachineReference.ResolveAsync(query.Machine, services, DetectionDepth.Plan, cancellationToken).ConfigureAwait(false);
        return UpgradeAdvisor.Advise(machine, query.Machine is null ? query.Request with { Measurements = services.Measurements(machine), Memories = services.Memories(machine) } : query.Request);
    }

    /// <summary>What one configuration takes: memory on each device, speed, quality.</summary>
    /// <exception cref="NotFoundException">There is no such file.</exception>
    /// <exception cref="UserErrorException">The model, the machine or the options make no sense.</exception>
    public async Task<EstimateAnswer> EstimateAsync(EstimateQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Simulate && query.Machine is not null)
        {
            throw new UserErrorException(ReferenceTexts.SimulateElsewhere);
        }

        PlannedModel model = await ModelReference.ResolveAsync(query.Model, query.Quantization, services, cancellationToken).ConfigureAwait(false);
        query.Runtime.CheckAgainst(model);
        MachineProfile machine = await MachineReference.ResolveAsync(query.Machine, services, DetectionDepth.Plan, cancellationToken).ConfigureAwait(false);
        var judge = new Judge(machine, query.Machine is null ? services.Measurements(machine) : [], query.Use, query.Machine is null ? services.Memories(machine) : null);
        RuntimeOptions options = query.Runtime.On(judge, model, engineDecides: query.Simulate);
        MemoryEstimate memory = query.Simulate
            ? WithAvailable(await services.SimulateAsync(model.Layout, options, model.Path, cancellationToken).ConfigureAwait(false), judge.Target)
            : MemoryEstimator.Estimate(model.Layout, options, judge.Target);
        return query.Runtime.GpuLayers > 0 && memory.Devices.Count == 1
            ? throw new UserErrorException(RuntimeRequest.NoGpu(query.Runtime.GpuLayers.Value))
            : new EstimateAnswer(model, judge.Of(model, options, memory), machine);
    }

    // the engine says what it takes; what there is, the detection knows
    private static MemoryEstimate WithAvailable(MemoryEstimate memory, EstimationTarget target) => memory with
    {
        Devices =
        [
            .. memory.Devices.Select(device => device.Available is not null ? device : device with
            {
                Available = device.Device == "CPU" ? target.RamAvailable : target.Gpus.FirstOrDefault(gpu => gpu.Name == device.Device)?.Available,
            }),
        ],
    };
}
