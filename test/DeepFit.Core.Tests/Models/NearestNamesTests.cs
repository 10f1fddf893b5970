using CsCheck;
using DeepFit.Core.Models;

namespace DeepFit.Core.Tests.Models;

public class NearestNamesTests
{
    private static readonly string[] Known = ["Q4_K_M", "Q4_K_S", "Q5_K_M", "Q8_0", "F16"];

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("Q4_M_K", "Q4_K_M", 2)]
    [InlineData("ab", "ba", 1)]
    public void Distance_counts_edits_and_swaps_of_neighbours(string left, string right, int distance) =>
        NearestNames.Distance(left, right).ShouldBe(distance);

    [Fact]
    public void The_nearest_comes_first_and_case_does_not_matter() =>
        NearestNames.Suggest("q4_k_n", Known).ShouldBe(["Q4_K_M", "Q4_K_S", "Q5_K_M"]);

    [Fact]
    public void What_begins_like_a_name_is_near_to_it() => NearestNames.Suggest("Q4", Known).ShouldBe(["Q4_K_M", "Q4_K_S"]);

    [Fact]
    public void Nothing_near_gives_nothing() => NearestNames.Suggest("banana", Known).ShouldBeEmpty();

    [Fact]
    public void Blank_and_endless_input_gives_nothing()
    {
        NearestNames.Suggest("  ", Known).ShouldBeEmpty();
        NearestNames.Suggest(new string('Q', 100_000), Known).ShouldBeEmpty();
    }

    [Fact]
    public void Distance_is_symmetric_and_bounded_by_the_longer_text() =>
        Gen.Select(Gen.String[Gen.Char["abc"], 0, 12], Gen.String[Gen.Char["abc"], 0, 12]).Sample((a, b) =>
        {
            int distance = NearestNames.Distance(a, b);
            distance.ShouldBe(NearestNames.Distance(b, a));
            distance.ShouldBeInRange(Math.Abs(a.Length - b.Length), Math.Max(a.Length, b.Length));
            (distance == 0).ShouldBe(a == b);
        });

    [Fact]
    public void A_name_with_one_letter_lost_is_always_offered() =>
        Gen.Select(Gen.Int[0, Known.Length - 1], Gen.Int[0, 2]).Sample((which, at) =>
            NearestNames.Suggest(Known[which].Remove(at, 1), Known, most: 5).ShouldContain(Known[which]));
}
