using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>The devices that the engine itself sees, asked of it in a child process.</summary>
public sealed class EngineDevices : IEngineDeviceLister
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly EngineClient client;

    /// <summary>Creates the query.</summary>
    /// <param name="client">Who asks; null for the default child process.</param>
    public EngineDevices(EngineClient? client = null) => this.client = client ?? new EngineClient();

    /// <summary>Asks for the devices, in the engine's order: GPUs first, the CPU last.</summary>
    /// <param name="cancellationToken">Stops the child.</param>
    /// <exception cref="EngineUnavailableException">There is no engine for this machine.</exception>
    /// <exception cref="EngineFailedException">The engine or a driver failed.</exception>
    public async Task<IReadOnlyList<EngineDevice>> ListAsync(CancellationToken cancellationToken = default)
    {
        EngineReply reply = await client.AskAsync("devices", new EngineRequest(), Timeout, cancellationToken).ConfigureAwait(false);
        return reply.Devices ?? [];
    }

    /// <summary>The devices, in the process that has the engine loaded.</summary>
    internal static unsafe IReadOnlyList<EngineDevice> List()
    {
        int count = (int)Ggml.DeviceCount();
        var devices = new List<EngineDevice>(count);
        for (int i = 0; i < count; i++)
        {
            GgmlDeviceProps props = default;
            Ggml.DeviceGetProps(Ggml.DeviceGet((nuint)i), &props);
            devices.Add(new EngineDevice(
                NativeEngine.Text(props.name),
                NativeEngine.Text(props.description),
                DescribeType((GgmlDeviceType)props.type),
                new ByteSize((long)props.memory_free),
                new ByteSize((long)props.memory_total)));
        }

        return devices;
    }

    private static string DescribeType(GgmlDeviceType type) => type switch
    {
        GgmlDeviceType.Cpu => "cpu",
        GgmlDeviceType.Gpu => "gpu",
        GgmlDeviceType.IntegratedGpu => "igpu",
        GgmlDeviceType.Accelerator => "accel",
        _ => "meta",
    };
}
