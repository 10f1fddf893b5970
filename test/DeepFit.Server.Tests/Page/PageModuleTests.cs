using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using DeepFit.Server.Page;
using DeepFit.Server.Tests.Support;

namespace DeepFit.Server.Tests.Page;

public sealed partial class PageModuleTests
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    [InlineData("/learn")]
    [InlineData("/chat/")]
    [InlineData("/report?machine=rtx%204090")]
    public async Task Every_view_gets_the_index_with_this_processs_token_and_nothing_keeps_it(string path)
    {
        await using PageClient page = await PageClient.StartAsync();
        RawAnswer answer = await page.RawAsync("GET", path);
        answer.Status.ShouldBe(200);
        answer.Body.ShouldContain($"<meta name=\"deepfit-token\" content=\"{page.Token}\" />");
        page.Token.ShouldMatch("^[0-9a-f]{48}$");
        Header(answer, "Cache-Control").ShouldBe("no-store");
        Header(answer, "Content-Type").ShouldBe("text/html; charset=utf-8");
        Header(answer, "Content-Security-Policy").ShouldBe(Policy);
        Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
        Header(answer, "Referrer-Policy").ShouldBe("no-referrer");
        Header(answer, "Cross-Origin-Opener-Policy").ShouldBe("same-origin");
        Header(answer, "Cross-Origin-Resource-Policy").ShouldBe("same-origin");
        Header(answer, "Permissions-Policy")!.ShouldContain("camera=()");
        Header(answer, "Server").ShouldBeNull();
    }

    [Fact]
    public async Task Two_processes_have_two_tokens()
    {
        await using PageClient one = await PageClient.StartAsync();
        await using PageClient other = await PageClient.StartAsync();
        one.Token.ShouldNotBe(other.Token);
    }

    [Fact]
    public async Task Files_are_compressed_as_the_browser_takes_them_and_kept_where_their_name_has_a_hash()
    {
        await using PageClient page = await PageClient.StartAsync();
        (HttpResponseMessage brotli, byte[] packed) = await GetAsync(page, "/assets/index-3f2a.js", "gzip, deflate, br");
        brotli.Content.Headers.ContentEncoding.ShouldBe(["br"]);
        brotli.Content.Headers.ContentType!.ToString().ShouldBe("text/javascript; charset=utf-8");
        brotli.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        brotli.Headers.Vary.ShouldBe(["Accept-Encoding"]);
        new StreamReader(new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress)).ReadToEnd().ShouldBe("import './x.js';");

        (HttpResponseMessage gzip, packed) = await GetAsync(page, "/assets/index-3f2a.js", "gzip, br;q=0");
        gzip.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        new StreamReader(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress)).ReadToEnd().ShouldBe("import './x.js';");

        (HttpResponseMessage plain, packed) = await GetAsync(page, "/assets/index-3f2a.js", null);
        plain.Content.Headers.ContentEncoding.ShouldBeEmpty();
        System.Text.Encoding.UTF8.GetString(packed).ShouldBe("import './x.js';");

        (HttpResponseMessage font, packed) = await GetAsync(page, "/assets/font-77aa.woff2", "br");
        font.Content.Headers.ContentType!.ToString().ShouldBe("font/woff2");
        packed.ShouldBe(new byte[] { 1, 2, 3 });
    }

    [Fact]
    public async Task What_has_no_hash_in_its_name_is_asked_for_anew_and_not_sent_twice()
    {
        await using PageClient page = await PageClient.StartAsync();
        (HttpResponseMessage first, _) = await GetAsync(page, "/icon.svg", "br");
        first.Headers.CacheControl!.ToString().ShouldBe("no-cache");
        string tag = first.Headers.ETag!.ToString();
        (HttpResponseMessage again, byte[] bytes) = await GetAsync(page, "/icon.svg", "br", tag);
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        again.Headers.ETag!.ToString().ShouldBe(tag);
        bytes.ShouldBeEmpty();
        (await GetAsync(page, "/icon.svg", "br", "\"0123456789abcdef-br\"")).Answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Head_tells_the_size_and_sends_nothing()
    {
        await using PageClient page = await PageClient.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri("/icon.svg", UriKind.Relative));
        using HttpResponseMessage answer = await page.AskAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentLength.ShouldBe("<svg/>".Length);
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/learn/more")]
    [InlineData("/../../etc/passwd")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("/assets/../../../etc/passwd")]
    [InlineData("/assets/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/assets\\..\\index.html")]
    [InlineData("/assets/index-3f2a.js.br")]
    [InlineData("//etc/passwd")]
    [InlineData("/INDEX.HTML")]
    public async Task Any_other_path_is_not_found(string path)
    {
        await using PageClient page = await PageClient.StartAsync();
        RawAnswer answer = await page.RawAsync("GET", path);
        answer.Status.ShouldBeOneOf(400, 404);
        answer.Body.ShouldNotContain("root:");
        answer.Body.ShouldNotContain(page.Token);
    }

    [Fact]
    public void The_views_are_those_of_the_page()
    {
        string source = File.ReadAllText(Path.Combine(Repository.Root, "web", "src", "lib", "router", "address.ts"));
        string[] views = [.. Quoted().Matches(source.Split('\n').First(line => line.Contains("export const views", StringComparison.Ordinal))).Select(m => "/" + m.Groups[1].Value)];
        PageModule.Views.Where(v => v != "/").ShouldBe(views);
    }

    [Fact]
    public void The_index_has_the_place_that_the_token_goes_into() =>
        File.ReadAllText(Path.Combine(Repository.Root, "web", "index.html")).ShouldContain("name=\"deepfit-token\" content=\"\"");

    private static async Task<(HttpResponseMessage Answer, byte[] Bytes)> GetAsync(PageClient page, string path, string? encodings, string? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (encodings is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
        }

        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        HttpResponseMessage answer = await page.AskAsync(request);
        return (answer, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static string? Header(RawAnswer answer, string name) =>
        answer.Headers.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    [GeneratedRegex("'([a-z-]+)'")]
    private static partial Regex Quoted();
}
