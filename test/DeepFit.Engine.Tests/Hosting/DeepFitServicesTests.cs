using System.Net;
using System.Net.Sockets;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Engine.Tests.Hosting;

public sealed class DeepFitServicesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deepfit-cli-").FullName;
    private readonly DeepFitServices services = new(_ => { });

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        string path = Path.Combine(folder, "none.gguf");
        NotFoundException error = await Should.ThrowAsync<NotFoundException>(() => services.ReadGgufAsync(path, TestContext.Current.CancellationToken));
        error.Text.En.ShouldContain(path);
        error.Text.Zh.ShouldContain(path);
    }

    [Fact]
    public async Task A_folder_is_no_model()
    {
        NotFoundException error = await Should.ThrowAsync<NotFoundException>(() => services.ReadGgufAsync(folder, TestContext.Current.CancellationToken));
        error.Text.En.ShouldContain("is a folder");
        string here = Path.GetRelativePath(Directory.GetCurrentDirectory(), Directory.CreateDirectory(Path.Combine(Directory.GetCurrentDirectory(), "some-models")).FullName);
        ModelReference.IsFileOrAddress(here).ShouldBeTrue("so that a folder's bare name is not taken for an unknown variant");
        ModelReference.IsFileOrAddress("some-other-models").ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_is_read_from_its_header()
    {
        string path = Path.Combine(folder, "model.gguf");
        ModelLayout layout = ModelCatalog.Default.Find("1.5b").Layout(Quantizations.Find("Q8_0"));
        await using (FileStream stream = File.Create(path))
        {
            SyntheticGguf.Write(stream, layout);
            stream.SetLength(stream.Length + layout.TensorBytes.Bytes + (1 << 20)); // a hole in place of the weights
        }

        ModelLayout read = await services.ReadGgufAsync(path, TestContext.Current.CancellationToken);
        read.TensorBytes.ShouldBe(layout.TensorBytes);
        read.Quantization.ShouldBe("Q8_0");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_a_failure_and_not_wrong_usage()
    {
        int port = FreePort();
        OperationFailedException error = await Should.ThrowAsync<OperationFailedException>(
            () => services.ReadGgufAsync($"http://127.0.0.1:{port}/model.gguf", TestContext.Current.CancellationToken));
        error.Text.En.ShouldContain($"127.0.0.1:{port}");
    }

    [Fact]
    public void Whether_there_is_an_engine_is_told_without_an_exception() => services.Engine.Name.ShouldStartWith("llama.cpp v");

    public void Dispose()
    {
        services.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
