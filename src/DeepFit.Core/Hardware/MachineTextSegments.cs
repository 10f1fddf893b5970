namespace DeepFit.Core.Hardware;

/// <summary>A product found in a description.</summary>
/// <param name="Products">What the words may mean, at least one.</param>
/// <param name="First">Its first token in the segment.</param>
/// <param name="Last">Its last token.</param>
internal sealed record MachineMatch(IReadOnlyList<MachineProduct> Products, int First, int Last)
{
    /// <summary>How many of it are named, or null.</summary>
    public int? Count { get; set; }

    /// <summary>The size written beside it, in GiB, or null.</summary>
    public double? Size { get; set; }

    /// <summary>The product's words.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}

/// <summary>What stands between two commas or parentheses.</summary>
internal sealed class MachineSegment
{
    /// <summary>Its tokens.</summary>
    public List<MachineToken> Tokens { get; } = [];

    /// <summary>How many parentheses are open around it.</summary>
    public int Depth { get; init; }

    /// <summary>What stands before it.</summary>
    public MachineTokenKind Before { get; init; }

    /// <summary>Products, in their order.</summary>
    public List<MachineMatch> Matches { get; } = [];

    /// <summary>Which tokens are understood.</summary>
    public HashSet<int> Used { get; } = [];

    /// <summary>Its text.</summary>
    public string Text => string.Join(' ', Tokens.Select(t => t.Text.Trim()));

    /// <summary>Cuts tokens into segments.</summary>
    public static List<MachineSegment> Cut(List<MachineToken> tokens)
    {
        var segments = new List<MachineSegment>();
        int depth = 0;
        var current = new MachineSegment { Before = MachineTokenKind.Break };
        foreach (MachineToken token in tokens)
        {
            if (token.Kind is not (MachineTokenKind.Break or MachineTokenKind.With or MachineTokenKind.Open or MachineTokenKind.Close))
            {
                current.Tokens.Add(token);
                continue;
            }

            segments.Add(current);
            depth = Math.Max(0, depth + (token.Kind == MachineTokenKind.Open ? 1 : token.Kind == MachineTokenKind.Close ? -1 : 0));
            current = new MachineSegment { Before = token.Kind, Depth = depth };
        }

        segments.Add(current);
        segments.RemoveAll(s => s.Tokens.Count == 0);
        return segments;
    }

    /// <summary>Finds the products of a segment: the longest names first, none twice.</summary>
    public void Match(MachineProducts products)
    {
        const int MostWords = 12;
        var found = new List<(MachineMatch Match, int Atoms, int Left)>();
        for (int first = 0; first < Tokens.Count; first++)
        {
            var words = new List<string>();
            for (int last = first; last < Tokens.Count && words.Count < MostWords; last++)
            {
                MachineToken token = Tokens[last];
                if (token.Kind == MachineTokenKind.Size && words.Count > 0)
                {
                    continue;
                }

                if (token.Kind != MachineTokenKind.Word)
                {
                    break;
                }

                if (MachineProducts.IsFiller(token))
                {
                    continue;
                }

                words.Add(token.Text);
                IReadOnlyList<MachineProduct> named = [.. products.Find(words).Where(p => VendorAgrees(p, first, last))];
                if (named.Count > 0)
                {
                    found.Add((new MachineMatch(named, first, last) { Words = [.. words] }, words.Sum(w => MachineTextLexer.Atoms(w).Count()), named.Min(p => p.Left)));
                }
            }
        }

        foreach ((MachineMatch match, _, _) in found.OrderByDescending(f => f.Atoms).ThenBy(f => f.Left).ThenBy(f => f.Match.Last - f.Match.First))
        {
            if (!Matches.Exists(m => m.First <= match.Last && match.First <= m.Last))
            {
                Matches.Add(match);
            }
        }

        Matches.Sort((a, b) => a.First.CompareTo(b.First));
        foreach (MachineMatch match in Matches)
        {
            Used.UnionWith(Enumerable.Range(match.First, match.Last - match.First + 1).Where(i => Tokens[i].Kind == MachineTokenKind.Word));
        }
    }

    // "AMD RTX 3090" is not an RTX 3090.
    private bool VendorAgrees(MachineProduct product, int first, int last)
    {
        while (first > 0 && Tokens[first - 1].Kind == MachineTokenKind.Word && MachineProducts.IsFiller(Tokens[first - 1]))
        {
            first--;
        }

        if (product.Vendor is null)
        {
            return true;
        }

        for (int i = first; i <= last; i++)
        {
            if (MachineProducts.VendorOf(Tokens[i].Text) is { } vendor && vendor != product.Vendor)
            {
                return false;
            }
        }

        return true;
    }
}
