using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DeepFit.Core.Text;

namespace DeepFit.Core.Hardware;

/// <summary>Cuts a machine's description into tokens: words, and numbers with what they count. Catalogue names are cut by the same rules.</summary>
internal static partial class MachineTextLexer
{
    private static readonly Dictionary<string, double> s_numerals = (((string Word, double Meaning)[])
    [
        ("single", 1), ("one", 1), ("a", 1), ("dual", 2), ("double", 2), ("two", 2), ("twin", 2), ("triple", 3), ("three", 3), ("quad", 4), ("four", 4),
        ("six", 6), ("hexa", 6), ("octa", 8), ("eight", 8), ("twelve", 12),
        ("单", 1), ("一", 1), ("双", 2), ("两", 2), ("二", 2), ("三", 3), ("四", 4), ("五", 5), ("六", 6), ("七", 7), ("八", 8), ("九", 9), ("十", 10), ("十二", 12), ("十六", 16),
    ]).ToDictionary(p => p.Word, p => p.Meaning, StringComparer.Ordinal);

    // In this order: the first that matches at a place is taken.
    private static readonly (Regex Pattern, MachineTokenKind Kind)[] s_patterns =
    [
        (Rate(), MachineTokenKind.Rate),
        (Size(), MachineTokenKind.Size),
        (Memory(), MachineTokenKind.Memory),
        (Speed(), MachineTokenKind.Speed),
        (Channels(), MachineTokenKind.Channels),
        (VirtualCpus(), MachineTokenKind.VirtualCpus),
        (Threads(), MachineTokenKind.Threads),
        (CpuOnly(), MachineTokenKind.CpuOnly),
        (Cores(), MachineTokenKind.Cores),
        (Processors(), MachineTokenKind.Cores),
        (Sockets(), MachineTokenKind.Sockets),
        (Nodes(), MachineTokenKind.Nodes),
        (Count(), MachineTokenKind.Count),
        (Over(), MachineTokenKind.Over),
        (CarveWord(), MachineTokenKind.CarveWord),
        (VramWord(), MachineTokenKind.VramWord),
        (RamWord(), MachineTokenKind.RamWord),
        (With(), MachineTokenKind.With),
        (And(), MachineTokenKind.Break),
        (Mac(), MachineTokenKind.Word),
        (Word(), MachineTokenKind.Word),
    ];

    /// <summary>The tokens of a text.</summary>
    /// <exception cref="UserErrorException">A number is negative.</exception>
    public static List<MachineToken> Read(string text)
    {
        string line = Plain(text);
        var tokens = new List<MachineToken>();
        int at = 0;
        while (at < line.Length)
        {
            char c = line[at];
            switch (c)
            {
                case '(' or '[':
                    tokens.Add(new MachineToken(MachineTokenKind.Open, "("));
                    at++;
                    continue;
                case ')' or ']':
                    tokens.Add(new MachineToken(MachineTokenKind.Close, ")"));
                    at++;
                    continue;
                case ',' or ';' or '|' or '&' or '\n' or '+':
                    tokens.Add(new MachineToken(MachineTokenKind.Break, ","));
                    at++;
                    continue;
                case '-' when IsNegative(line, at):
                    string number = Word().Match(line, at + 1).Value;
                    throw new UserErrorException(new BilingualText(
                        $"A machine has no negative figures: -{number}.", $"机器的数值不能为负：-{number}。"));
                case '-' when Spaced(line, at):
                case '/' when Spaced(line, at):
                    tokens.Add(new MachineToken(MachineTokenKind.Break, c.ToString()));
                    at++;
                    continue;
                default:
                    break;
            }

            MachineToken? token = char.IsWhiteSpace(c) ? null : Match(line, at);
            if (token is null)
            {
                at++;
                continue;
            }

            tokens.Add(token);
            at += token.Text.Length;
        }

        return tokens;
    }

    /// <summary>Letters and digits of a word apart, so that <c>rtx4090ti</c>, <c>rtx-4090-ti</c> and <c>RTX 4090 Ti</c> are the same.</summary>
    public static IEnumerable<string> Atoms(string word)
    {
        int start = 0;
        for (int i = 1; i <= word.Length; i++)
        {
            if (i == word.Length || Class(word[i]) != Class(word[i - 1]))
            {
                if (Class(word[start]) != 0)
                {
                    yield return word[start..i];
                }

                start = i;
            }
        }
    }

    private static int Class(char c) => char.IsAsciiDigit(c) ? 1 : char.IsLetter(c) ? 2 : c == '+' ? 3 : 0;

    private static MachineToken? Match(string line, int at)
    {
        foreach ((Regex pattern, MachineTokenKind kind) in s_patterns)
        {
            Match match = pattern.Match(line, at);
            if (match.Success && match.Length > 0)
            {
                return Token(kind, match);
            }
        }

        return null;
    }

    private static MachineToken Token(MachineTokenKind kind, Match match)
    {
        double number = Number(match.Groups["n"]);
        string? word = match.Groups["w"] is { Success: true } found ? found.Value : null;
        switch (kind)
        {
            case MachineTokenKind.Size:
                number *= word![0] switch { 't' => 1024, 'm' => 1 / 1024.0, _ => 1 };
                break;
            case MachineTokenKind.Rate:
                number *= word![0] switch { 't' => 1000, 'm' => 0.001, _ => 1 };
                break;
            case MachineTokenKind.Memory:
                number = match.Groups["n"].Success ? number : double.NaN;
                break;
            case MachineTokenKind.Cores:
                number *= match.Groups["t"].Success ? Number(match.Groups["t"]) : 1;
                break;
            default:
                break;
        }

        return new MachineToken(kind, match.Value, number, word);
    }

    private static double Number(Group group) => !group.Success ? 0
        : s_numerals.TryGetValue(group.Value, out double word) ? word
        : double.Parse(group.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    // "CM5 - 16GB" has a dash, "mac-m4-max-64" a hyphen; "-64 GB" is a negative number
    private static bool IsNegative(string line, int at) =>
        at + 1 < line.Length && char.IsAsciiDigit(line[at + 1]) && (at == 0 || char.IsWhiteSpace(line[at - 1]) || line[at - 1] is ',' or '(');

    private static bool Spaced(string line, int at) =>
        (at == 0 || char.IsWhiteSpace(line[at - 1])) && (at + 1 == line.Length || char.IsWhiteSpace(line[at + 1]));

    // Lower case; full-width forms become ASCII, signs of multiplication an x of their own, marks go.
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length + 8);
        foreach (char c in Inches().Replace(Marks().Replace(text, ""), " "))
        {
            char half = c is >= '！' and <= '～' ? (char)(c - '！' + '!') : c;
            switch (half)
            {
                case '×' or '✕' or '*' or '╳':
                    plain.Append(" x ");
                    break;
                case '、' or '。' or '·' or '•':
                    plain.Append(',');
                    break;
                case '–' or '—' or '‑' or '−':
                    plain.Append('-');
                    break;
                case '®' or '™' or '"' or '\'' or '“' or '”' or '「' or '」':
                    break;
                default:
                    plain.Append(char.IsControl(half) && half != '\n' ? ' ' : char.ToLowerInvariant(half));
                    break;
            }
        }

        // "t2.xlarge/2xlarge" is "t2.xlarge t2.2xlarge"; "3090两张" is "3090 两张"; "2xNVIDIA" and "2x3090" are "2x NVIDIA" and "2x 3090"
        return GluedCount().Replace(Scripts().Replace(Instances().Replace(plain.ToString(), "$1.$2 $1.$3"), " "), "$1x ");
    }

    private const string Start = @"\G(?<![a-z0-9.])";
    private const string End = "(?![a-z0-9])";
    private const string N = @"(?<n>\d{1,15}(?:\.\d{1,6})?)";

    [GeneratedRegex(@"\((?:r|tm|c)\)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Marks();

    // the size of a screen says nothing
    [GeneratedRegex(@"(?<![\w.])1[0-9](?:\.\d)?(?:""|”|''|[\s-]?inch|[\s-]?英寸)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Inches();

    [GeneratedRegex(@"(?<![a-z0-9.])([a-z]{1,3}\d[a-z]{0,4})\.([a-z0-9]+)/([a-z0-9]+)(?![a-z0-9.])")]
    private static partial Regex Instances();

    [GeneratedRegex(@"(?<=[a-z0-9])(?=[^\x00-\x7F])|(?<=[^\x00-\x7F])(?=[a-z0-9])")]
    private static partial Regex Scripts();

    [GeneratedRegex(@"(?<![a-z0-9.\-])(\d{1,2})x(?!\d{1,2}\s?cores?)(?=[a-z0-9])")]
    private static partial Regex GluedCount();

    [GeneratedRegex(Start + N + @"\s?(?<w>gb|gib|tb|mb)(?:ytes)?/s(?:ec)?" + End)]
    private static partial Regex Rate();

    [GeneratedRegex(Start + @"(?:" + N + @"[\s-]?(?<w>gib|gb|tib|tb|mib|mb)|(?<n>(?:[01]?\d{1,3}|20[0-4]\d))\s?(?<w>g))" + End)]
    private static partial Regex Size();

    [GeneratedRegex(@"\G(?<![a-z])(?<w>(?:lp)?ddr\dx?)(?:[\s-]?(?<n>\d{1,6})\s?(?:mt/s|mts|mt|mhz)|-(?<n>\d{1,6})(?![a-z0-9.])|\s(?<n>\d{4,5})(?!\s?(?:gb|gib|g\b|tb|ch|x))(?![a-z0-9.]))?" + End)]
    private static partial Regex Memory();

    [GeneratedRegex(Start + @"(?<n>\d{3,6})\s?(?:mt/s|mts|mhz)" + End)]
    private static partial Regex Speed();

    [GeneratedRegex(@"\G(?<![a-z0-9.])(?:(?<n>\d{1,9})[\s-]?(?:ch|channels?|通道)|(?<n>single|dual|triple|quad|six|hexa|octa|eight|twelve)[\s-]?channels?|(?<n>十二|[单双四六八])通道)" + End)]
    private static partial Regex Channels();

    [GeneratedRegex(Start + @"(?<n>\d{1,9})[\s-]?(?:v[\s-]?cpus?|vcores?)" + End)]
    private static partial Regex VirtualCpus();

    [GeneratedRegex(Start + @"(?<n>\d{1,9})[\s-]?(?:threads?|线程)" + End)]
    private static partial Regex Threads();

    [GeneratedRegex(@"\G(?<![a-z0-9])(?:cpu[\s-]?only|no[\s-]gpus?|without(?:\s+a)?\s+gpu|仅\s?cpu|纯\s?cpu|只用\s?cpu|无显卡|没有显卡)" + End)]
    private static partial Regex CpuOnly();

    [GeneratedRegex(Start + @"(?:(?<t>\d{1,4})\s?x\s?)?(?<n>\d{1,9})[\s-]?(?:(?<w>gpu|cpu)[\s-]?)?(?:cores?|核心?)(?:[\s-]?(?<w>gpu|cpu))?" + End)]
    private static partial Regex Cores();

    [GeneratedRegex(@"\G(?<=[(/,]\s?)(?<n>\d{1,3})[\s-]?(?<w>gpu|cpu)" + End)]
    private static partial Regex Processors();

    [GeneratedRegex(@"\G(?<![a-z0-9.])(?:(?<n>\d{1,9})[\s-]?(?:sockets?|路)|(?<n>single|dual|quad)[\s-]?sockets?|(?<n>[单双四八])路)(?:\s+(?<w>of))?" + End)]
    private static partial Regex Sockets();

    [GeneratedRegex(@"\G(?<![a-z0-9.])(?:(?<n>\d{1,9})[\s-]?(?:nodes?|machines?|hosts?|台)|(?<n>[一两二三四五六七八九十])台)(?:\s+of)?" + End)]
    private static partial Regex Nodes();

    [GeneratedRegex(@"\G(?<![a-z0-9.])(?:(?<n>\d{1,9})\s?(?:gpus|cards?|张|块|片|颗|卡|个)|(?<n>十六|[一两二三四五六七八九十双单])(?:张|块|片|颗|卡|个)|(?<n>dual|two|twin|quad|four))" + End)]
    private static partial Regex Count();

    [GeneratedRegex(@"\G(?<![a-z0-9])(?:(?:over|via|through)\s+|通过\s?)(?<w>[a-z0-9./ -]{2,40})")]
    private static partial Regex Over();

    [GeneratedRegex(@"\G(?<![a-z0-9])(?:carve[\s-]?out|carved[\s-]out|dedicated)" + End)]
    private static partial Regex CarveWord();

    [GeneratedRegex(@"\G(?<![a-z0-9])(?:vram|video memory|显存)")]
    private static partial Regex VramWord();

    [GeneratedRegex(@"\G(?<![a-z0-9])(?:unified memory|system memory|ram|memory|统一内存|内存)")]
    private static partial Regex RamWord();

    [GeneratedRegex(@"\G(?<![a-z0-9])(?:with|配)(?![a-z0-9])")]
    private static partial Regex With();

    [GeneratedRegex(@"\G(?<![a-z0-9])(?:and|和|加)(?![a-z0-9])")]
    private static partial Regex And();

    [GeneratedRegex(@"\G(?<![a-z0-9])(?<w>mac)(?:[\s-]?book(?:[\s-](?:pro|air))?|[\s-](?:mini|studio|pro))?(?![a-z0-9])|\G(?<![a-z0-9])i(?<w>mac)(?:[\s-]pro)?(?![a-z0-9])")]
    private static partial Regex Mac();

    [GeneratedRegex(@"\G(?:[a-z0-9](?:[a-z0-9._#]*[a-z0-9])?\+?|[^\x00-\x7F]+)")]
    private static partial Regex Word();
}
