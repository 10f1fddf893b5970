using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Gpus.Apple;

namespace DeepFit.Engine.Tests.Hardware;

public class AppleWorkingSetTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(36)]
    [InlineData(64)]
    [InlineData(192)]
    public void A_machine_file_and_the_detector_agree_on_Metal_s_cap(int total) =>
        MachineFile.Read($$"""{"memory": {"total_bytes": "{{total}} GiB"}, "gpus": [{"name": "Apple M2 Ultra"}]}""", "mac.json").Gpus[0].Memory
            .ShouldBe(AppleMemory.DefaultWorkingSet(ByteSize.FromGiB(total)));
}
