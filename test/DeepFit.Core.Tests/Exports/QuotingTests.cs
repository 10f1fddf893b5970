using System.Management.Automation.Language;
using System.Text;
using CsCheck;
using DeepFit.Core.Exports.Text;
using YamlDotNet.RepresentationModel;

namespace DeepFit.Core.Tests.Exports;

public sealed class QuotingTests
{
    private static readonly string[] Nasty =
    [
        "", " ", "a b", "it's", "$(touch /tmp/x)", "`id`", "a\\", "\\\"", "\"", "'", "''", "%h", "%%", "$HOME", "${X}", "$$", "-n", "#x", "a#b", "~", "*", "!x", "&", "|;<>",
        "模型 文件.gguf", "’", "‘x’", "‚‛", "C:\\Program Files\\x\\", "a\\\"b\\\\\"", "yes", "null", "1", "0x1F", "1e3", "-", ": x", "x: y", "- x", "[a]", "{a}", "@x", "\u00A0", "é", "😀",
    ];

    private static readonly string[] Words = ["word", "文字很多，", "（a）", "a-long-word", "。", "x"];

    private static readonly Gen<string> Hostile = Gen.OneOf(
        Gen.Int[0, Nasty.Length - 1].Select(i => Nasty[i]),
        Gen.Char[" '\"\\$`%!#&|;<>*?[]{}()~=-+@:,./abcXYZ019_文’‘"].Array[0, 24].Select(c => new string(c)));

    [Fact]
    public void Every_text_goes_through_a_posix_shell_unchanged()
    {
        string shell = Tool.Find("sh");
        Hostile.Array[300].Sample(
            drawn =>
            {
                string[] texts = [.. Nasty, .. drawn];
                var script = new StringBuilder();
                foreach (string text in texts)
                {
                    script.Append("printf '%s\\n' ").Append(Quoting.Shell(text)).Append('\n');
                }

                (int code, string output) = Tool.Run(shell, [], script.ToString());

                code.ShouldBe(0);
                output.Split('\n')[..^1].ShouldBe(texts);
            },
            iter: 5,
            threads: 1);
    }

    [Fact]
    public void Every_text_is_one_verbatim_string_to_powershells_parser() => Hostile.Sample(
        text =>
        {
            ScriptBlockAst script = Parser.ParseInput("& " + Quoting.PowerShell(text) + " x", out _, out ParseError[] errors);

            errors.ShouldBeEmpty();
            var command = (CommandAst)script.EndBlock.Statements.Single().ShouldBeOfType<PipelineAst>().PipelineElements.Single();
            command.CommandElements.Count.ShouldBe(2);
            command.CommandElements[0].ShouldBeOfType<StringConstantExpressionAst>().Value.ShouldBe(text);
        },
        iter: 2000);

    [Fact]
    public void Every_text_is_the_same_scalar_to_a_yaml_reader() => Gen.Select(Hostile, Hostile).Sample(
        (key, text) =>
        {
            string yaml = YamlWriter.Write(["x: \"comment"], [new YamlMap { { "k" + key, text, "# it's" }, { "list", new YamlList { { text, "why: not" } } } }]);

            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            var map = (YamlMappingNode)stream.Documents.Single().RootNode;
            ((YamlScalarNode)map.Children[new YamlScalarNode("k" + key)]).Value.ShouldBe(text);
            ((YamlScalarNode)((YamlSequenceNode)map.Children[new YamlScalarNode("list")])[0]).Value.ShouldBe(text);
        },
        iter: 2000);

    [Theory]
    [InlineData("yes")]
    [InlineData("No")]
    [InlineData("on")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("8")]
    [InlineData("1e3")]
    [InlineData("0x1F")]
    [InlineData("12:30")]
    public void What_a_yaml_reader_could_take_for_something_else_is_quoted(string text) => YamlWriter.Scalar(text).ShouldBe($"\"{text}\"");

    [Fact]
    public void Every_argument_is_read_back_by_the_rules_of_windows() => Hostile.Array[1, 4].Sample(
        texts => ReadArguments(string.Join(' ', texts.Select(Quoting.WindowsArgument))).ShouldBe(texts),
        iter: 2000);

    [Fact]
    public void A_comment_never_ends_early_in_xml() => Hostile.Sample(
        text =>
        {
            string comment = Comments.Xml(text);
            comment.ShouldNotContain("--");
            comment.EndsWith('-').ShouldBeFalse();
        },
        iter: 1000);

    [Fact]
    public void A_comment_keeps_its_words_and_its_width() => Gen.Int[0, Words.Length - 1].Select(i => Words[i]).Array[1, 60].Sample(
        words =>
        {
            string text = string.Join(' ', words);
            IReadOnlyList<string> lines = Comments.Wrap(text);
            string.Concat(lines).Replace(" ", "", StringComparison.Ordinal).ShouldBe(text.Replace(" ", "", StringComparison.Ordinal));
            lines.ShouldAllBe(line => line.Length <= 102);
        },
        iter: 500);

    // the documented rules of CommandLineToArgvW for arguments after the program, written on their own
    private static List<string> ReadArguments(string line)
    {
        var arguments = new List<string>();
        int i = 0;
        while (i < line.Length)
        {
            while (i < line.Length && line[i] is ' ' or '\t')
            {
                i++;
            }

            var argument = new StringBuilder();
            bool quoted = false;
            for (; i < line.Length && (quoted || line[i] is not (' ' or '\t')); i++)
            {
                int slashes = 0;
                while (i < line.Length && line[i] == '\\')
                {
                    slashes++;
                    i++;
                }

                if (i < line.Length && line[i] == '"')
                {
                    argument.Append('\\', slashes / 2);
                    if (slashes % 2 == 1)
                    {
                        argument.Append('"');
                    }
                    else
                    {
                        quoted = !quoted;
                    }
                }
                else
                {
                    argument.Append('\\', slashes);
                    if (i >= line.Length || (!quoted && line[i] is ' ' or '\t'))
                    {
                        break;
                    }

                    argument.Append(line[i]);
                }
            }

            arguments.Add(argument.ToString());
        }

        return arguments;
    }
}
