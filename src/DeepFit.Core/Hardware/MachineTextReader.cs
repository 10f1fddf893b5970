using System.Globalization;
using DeepFit.Core.Text;

namespace DeepFit.Core.Hardware;

/// <summary>One reading of a machine's description: figures first, then what is counted, then the products; what is left must be harmless.</summary>
internal sealed class MachineTextReader(string text, MachineCatalogs catalogs)
{
    private readonly MachineTextFigures _figures = new();
    private readonly List<BilingualText> _notes = [];
    private readonly List<MachineSegment> _segments = MachineSegment.Cut(MachineTextLexer.Read(text));

    public MachineProfile Read()
    {
        foreach (MachineSegment segment in _segments)
        {
            segment.Match(catalogs.Products);
        }

        for (int i = 0; i < _segments.Count; i++)
        {
            Count(i);
        }

        for (int i = 0; i < _segments.Count; i++)
        {
            _figures.Read(_segments[i], i > 0 ? _segments[i - 1] : null);
        }

        var words = new MachineTextWords(_segments, catalogs, _notes);
        words.Check();
        var parts = new MachineTextParts(_segments, catalogs, _figures, words, _notes);
        MachineParts machine = parts.Read();
        if (machine is { Cpu: null, System: null, Gpus.Count: 0, Memory: null, Cores: null, Threads: null, MemoryKind: null })
        {
            throw MachineTextErrors.Nothing(text);
        }

        MachineProfile profile = MachineComposer.Compose(machine);
        return profile with { Assumptions = [.. _notes, .. profile.Assumptions] };
    }

    // "2x", "x2", "2 x", "8卡", a bare "2" before a product: how many of what stands beside it.
    private void Count(int index)
    {
        MachineSegment segment = _segments[index];
        for (int i = 0; i < segment.Tokens.Count; i++)
        {
            if (segment.Used.Contains(i) || CountAt(segment, i) is not ({ } number, var length))
            {
                continue;
            }

            int after = i + length;
            MachineMatch? next = segment.Matches.Find(m => m.First >= after && Between(segment, after, m.First));
            MachineMatch? previous = segment.Matches.FindLast(m => m.Last < i && Between(segment, m.Last + 1, i));
            bool bare = length == 1 && segment.Tokens[i].Kind == MachineTokenKind.Word && segment.Tokens[i].Text.All(char.IsAsciiDigit);
            if (next is not null && (!bare || (next.First == after && !next.Products.Any(p => p.System is not null || p.Device is { IsWholeChip: true }))) && next.Count is null)
            {
                next.Count = Whole(number);
            }
            else if (bare)
            {
                continue;
            }
            else if (previous is not null)
            {
                previous.Count = Whole(number) * (previous.Count ?? 1);
            }
            else if (after < segment.Tokens.Count && segment.Tokens[after] is { Kind: MachineTokenKind.Size } size)
            {
                segment.Tokens[after] = size with { Number = size.Number * number };
            }
            else if (index + 1 < _segments.Count && _segments[index + 1].Depth > segment.Depth)
            {
                _figures.SetNodes(Whole(number));
            }
            else if (segment.Tokens.Count == length && _segments.Take(index).SelectMany(s => s.Matches).LastOrDefault() is { } last)
            {
                last.Count = Whole(number) * (last.Count ?? 1);
            }
            else
            {
                continue;
            }

            segment.Used.UnionWith(Enumerable.Range(i, length));
            i = after - 1;
        }
    }

    private static (double? Number, int Length) CountAt(MachineSegment segment, int i)
    {
        MachineToken token = segment.Tokens[i];
        if (token.Kind == MachineTokenKind.Count)
        {
            return (token.Number, 1);
        }

        if (token.Kind != MachineTokenKind.Word)
        {
            return (null, 0);
        }

        string word = token.Text;
        bool NextIs(string x) => i + 1 < segment.Tokens.Count && !segment.Used.Contains(i + 1) && segment.Tokens[i + 1].Text == x;
        if (word.Length > 1 && word[^1] == 'x' && Number(word[..^1]) is { } glued)
        {
            return (glued, 1);
        }

        if (word.Length > 1 && word[0] == 'x' && Number(word[1..]) is { } suffixed)
        {
            return (suffixed, 1);
        }

        if (word == "x" && i + 1 < segment.Tokens.Count && !segment.Used.Contains(i + 1) && Number(segment.Tokens[i + 1].Text) is { } behind)
        {
            return (behind, 2);
        }

        return Number(word) is { } number ? NextIs("x") ? (number, 2) : (number, 1) : (null, 0);
    }

    private static double? Number(string word) =>
        word.Length is > 0 and <= 12 && word.All(char.IsAsciiDigit) ? double.Parse(word, CultureInfo.InvariantCulture) : null;

    private static int Whole(double number) => number is >= 1 and <= 100_000
        ? (int)number
        : throw MachineTextErrors.Wrong(
            string.Create(CultureInfo.InvariantCulture, $"{number} of a part is not possible: it should be from 1 to {MachineComposer.MostGpus}."),
            string.Create(CultureInfo.InvariantCulture, $"部件数量不可能是 {number}：应在 1 到 {MachineComposer.MostGpus} 之间。"));

    // Only words that say nothing, and sizes, may stand between a count and what it counts.
    private static bool Between(MachineSegment segment, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            MachineToken token = segment.Tokens[i];
            if (token.Kind != MachineTokenKind.Size && !(token.Kind == MachineTokenKind.Word && (MachineProducts.IsFiller(token) || token.Text is "gpus" or "cards" or "of")))
            {
                return false;
            }
        }

        return true;
    }
}
