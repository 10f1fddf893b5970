using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Engine.Tests.LlamaCpp;

public class EngineCommandTests
{
    private static readonly string Native = OperatingSystem.IsWindows() ? "deepfit.exe" : "deepfit";

    [Fact]
    public void The_published_program_re_enters_itself()
    {
        EngineCommand command = EngineCommand.Resolve("/opt/deepfit/deepfit", "/opt/deepfit", _ => false);
        command.FileName.ShouldBe("/opt/deepfit/deepfit");
        command.Arguments.ShouldBeEmpty();
    }

    [Fact]
    public void Under_dotnet_the_assembly_is_run_by_the_same_dotnet()
    {
        EngineCommand command = EngineCommand.Resolve("/usr/bin/dotnet", "/app", path => path.EndsWith("deepfit.dll", StringComparison.Ordinal));
        command.FileName.ShouldBe("/usr/bin/dotnet");
        command.Arguments.ShouldBe([Path.Combine("/app", "deepfit.dll")]);
    }

    [Fact]
    public void Another_host_takes_the_program_beside_it() =>
        EngineCommand.Resolve("/app/DeepFit.Engine.Tests", "/app", path => path == Path.Combine("/app", Native)).FileName.ShouldBe(Path.Combine("/app", Native));

    [Fact]
    public void A_host_whose_name_begins_with_the_programs_is_not_the_program() =>
        EngineCommand.Resolve("/app/DeepFit.Check", "/app", path => path == Path.Combine("/app", Native)).FileName.ShouldBe(Path.Combine("/app", Native));
}
