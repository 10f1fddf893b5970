using System.Globalization;
using CsCheck;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;

namespace DeepFit.Engine.Tests.Deployments;

public sealed class DeploymentNamesTests : DeploymentFixture
{
    private static readonly Deployment[] All =
    [
        Example("kx3f"),
        Example("kx9p") with { Variant = "14b", Model = "DeepSeek-R1-Distill-Qwen-14B", ModelPath = "/models/14b.gguf" },
        Example("b2cd", DeploymentState.Crashed),
        Example("tn7y") with { Variant = null, Model = "Tiny", ModelPath = "/home/x/tiny.gguf", Quantization = "F16" },
    ];

    [Theory]
    [InlineData("kx3f", "kx3f")]
    [InlineData("KX3F", "kx3f")]
    [InlineData("kx9", "kx9p")]
    [InlineData("b", "b2cd")]
    [InlineData("7b", "kx3f")] // the one that runs, not the one that crashed
    [InlineData("7b:Q4_K_M", "kx3f")]
    [InlineData("DeepSeek-R1-Distill-Qwen-14B", "kx9p")]
    [InlineData("14b.gguf", "kx9p")]
    [InlineData("tiny.gguf", "tn7y")]
    [InlineData("tiny", "tn7y")]
    public void A_deployment_is_found_by_its_id_its_beginning_or_its_model(string name, string id) => DeploymentNames.Resolve(name, All).Id.ShouldBe(id);

    [Fact]
    public void What_means_several_is_refused_with_their_ids()
    {
        Should.Throw<NotFoundException>(() => DeploymentNames.Resolve("kx", All)).Text.En.ShouldContain("kx3f, kx9p");
        Should.Throw<NotFoundException>(() => DeploymentNames.Resolve(null, All)).Text.En.ShouldContain("kx3f, kx9p, tn7y");
    }

    [Fact]
    public void What_means_none_gets_the_nearest_names()
    {
        NotFoundException unknown = Should.Throw<NotFoundException>(() => DeploymentNames.Resolve("kx3g", All));
        unknown.Suggestions.ShouldContain("kx3f");
        unknown.Text.Zh.ShouldContain("kx3g");
        Should.Throw<NotFoundException>(() => DeploymentNames.Resolve("7b:Q8_0", All));
        Should.Throw<NotFoundException>(() => DeploymentNames.Resolve("", All));
        Should.Throw<NotFoundException>(() => DeploymentNames.Resolve(null, [])).Text.En.ShouldContain("deepfit serve");
    }

    [Fact]
    public void Ids_are_short_and_hold_nothing_that_is_read_wrongly() =>
        Gen.Int.Sample(_ => DeploymentId.IsId(DeploymentId.New()) && DeploymentId.New().IndexOfAny(['0', '1', 'i', 'l', 'o']) < 0, iter: 1000);

    [Theory]
    [InlineData("7 (deep fit) (x)) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20", "boot:4242")]
    [InlineData("7 (deepfit) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20", null)]
    [InlineData("7 (deepfit", null)]
    [InlineData("", null)]
    public void A_process_is_known_by_when_it_began(string stat, string? birth) => ProcessIdentity.Parse(7, stat, "boot\n")?.Birth.ShouldBe(birth);

    [Fact]
    public void This_process_runs_and_one_that_is_not_there_does_not()
    {
        ProcessIdentity.Current.IsAlive.ShouldBeTrue();
        ProcessIdentity.Of(int.MaxValue).ShouldBeNull();
        new ProcessIdentity(int.MaxValue, null).IsAlive.ShouldBeFalse();
    }

    [Theory]
    [InlineData("0.0.0.0", "http://127.0.0.1:8080/")]
    [InlineData("::", "http://[::1]:8080/")]
    [InlineData("::1", "http://[::1]:8080/")]
    [InlineData("192.168.1.5", "http://192.168.1.5:8080/")]
    public void A_server_at_every_address_is_asked_at_this_machines_own(string address, string url) =>
        (Example() with { Address = address }).Url!.ToString().ToLower(CultureInfo.InvariantCulture).ShouldBe(url);
}
