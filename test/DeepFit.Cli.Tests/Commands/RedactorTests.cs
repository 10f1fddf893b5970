using DeepFit.Cli.Commands;
using DeepFit.Cli.Tests.Support;
using DeepFit.Engine.Detection;

namespace DeepFit.Cli.Tests.Commands;

public sealed class RedactorTests
{
    private static readonly Redactor Redactor = new(name => name == "HOME" ? "/home/alice" : null, "alice", "wonderland");

    [Theory]
    [InlineData("/home/alice/models on wonderland", "~/models on HOST")]
    [InlineData("owner=alice,group=alice", "owner=USER,group=USER")]
    [InlineData("malice alice2 /home/alicent", "malice alice2 /home/alicent")]
    [InlineData("wonderland.example.org", "HOST.example.org")]
    public void Home_user_and_host_are_taken_out_and_nothing_else(string raw, string clean) => Redactor.Redact(raw).ShouldBe(clean);

    [Fact]
    public void Names_that_are_no_secret_stay()
    {
        var root = new Redactor(name => name == "HOME" ? "/root" : null, "root", "localhost");
        root.Redact("/root/x root:root localhost").ShouldBe("~/x root:root localhost");
    }

    [Fact]
    public async Task A_report_does_not_name_its_author()
    {
        var services = new FakeServices { Probes = [new ProbeRecord("/home/alice/.nv", "in /home/alice by alice", "denied to alice")] };
        (string, string)[] environment = [("HOME", "/home/alice"), ("USER", "alice")];
        foreach (string line in (string[])["doctor", "doctor --json"])
        {
            CliRun run = await CliRun.Of(line, services, environment: environment);
            run.Out.ShouldNotContain("alice");
            run.Out.ShouldContain("in ~ by USER");
        }
    }
}
