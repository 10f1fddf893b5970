using DeepFit.Server.Tests.Support;

namespace DeepFit.Server.Tests.Api;

public sealed class OpenApiTests
{
    private static readonly string File = Path.Combine(Repository.Root, "web", "openapi.json");

    /// <summary><c>DEEPFIT_WRITE_OPENAPI=1 dotnet run --project test/DeepFit.Server.Tests -- -class "*OpenApiTests"</c> rewrites the file.</summary>
    [Fact]
    public async Task The_committed_document_is_that_of_the_endpoints()
    {
        string made = await OpenApiFile.MakeAsync();
        if (Environment.GetEnvironmentVariable("DEEPFIT_WRITE_OPENAPI") == "1")
        {
            await System.IO.File.WriteAllTextAsync(File, made, TestContext.Current.CancellationToken);
        }

        string committed = (await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        committed.ShouldBe(made, "write it anew: DEEPFIT_WRITE_OPENAPI=1 dotnet run --project test/DeepFit.Server.Tests -- -class \"*OpenApiTests\"");
    }
}
