using DeepFit.Core.Planning.Capacity;

namespace DeepFit.Core.Tests.Planning.Capacity;

/// <summary>The simulation against queueing theory where that has a closed form, and the rules of an engine that theory does not know.</summary>
public sealed class QueueSimulationTests
{
    private const int Many = 60_000;
    private const double StepSeconds = 0.001;
    private const int MeanTokens = 1000; // one second of service, fine enough to be continuous

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.8)]
    public void One_server_with_exponential_service_waits_as_M_M_1_says(double load)
    {
        QueueOutcome outcome = Simulate(new Engine { MostSequences = 1 }, load, Exponential);

        outcome.Wait.Mean.ShouldBe(QueueTheory.WaitMMc(1, load, 1), Tolerance(load));
        outcome.Utilization.ShouldBe(load, 0.02);

        // the time in an M/M/1 is exponential too, so its quantiles are known
        double mean = 1 / (1 - load);
        outcome.Answer.P50.ShouldBe(mean * Math.Log(2), 0.08 * mean);
        outcome.Answer.P95.ShouldBe(mean * Math.Log(20), 0.12 * mean * Math.Log(20));
    }

    [Theory]
    [InlineData(2, 1.4)]
    [InlineData(4, 3.2)]
    [InlineData(8, 6.8)]
    public void Several_servers_wait_as_Erlang_C_says(int servers, double load)
    {
        // a step that takes as long for one sequence as for many is as many servers
        QueueOutcome outcome = Simulate(new Engine { MostSequences = servers }, load, Exponential);

        outcome.Wait.Mean.ShouldBe(QueueTheory.WaitMMc(servers, load, 1), 0.12 * Math.Max(0.2, QueueTheory.WaitMMc(servers, load, 1)));
        outcome.MeanSequences.ShouldBe(load, 0.03 * load);
    }

    [Fact]
    public void Fixed_service_waits_as_M_D_1_says_half_as_long_as_M_M_1()
    {
        const double Load = 0.7;
        QueueOutcome outcome = Simulate(new Engine { MostSequences = 1 }, Load, _ => new RequestLength(1, MeanTokens));

        outcome.Wait.Mean.ShouldBe(QueueTheory.WaitMG1(Load, 1, 1), 0.06);
        outcome.Wait.Mean.ShouldBe(QueueTheory.WaitMMc(1, Load, 1) / 2, 0.06);
    }

    [Fact]
    public void Log_normal_service_waits_as_Pollaczek_and_Khinchine_say()
    {
        const double Load = 0.6;
        const double Sigma = 0.8;
        double mu = Math.Log(MeanTokens) - (Sigma * Sigma / 2); // mean of one second
        QueueOutcome outcome = Simulate(
            new Engine { MostSequences = 1 }, Load, random => new RequestLength(1, Math.Max(1, (int)Math.Round(Math.Exp(mu + (Sigma * Normal(random)))))));

        double expected = QueueTheory.WaitMG1(Load, 1, Math.Exp(Sigma * Sigma));
        outcome.Wait.Mean.ShouldBe(expected, 0.1 * expected);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.75)]
    public void A_step_that_grows_with_the_batch_shares_the_processor(double load)
    {
        QueueOutcome outcome = Simulate(new Engine { Shared = true }, load, Exponential);

        outcome.Answer.Mean.ShouldBe(QueueTheory.TimeProcessorSharing(load, 1), 0.08 / (1 - load));
        outcome.Wait.Mean.ShouldBeLessThan(0.01); // nobody waits for a place
    }

    [Fact]
    public void People_who_think_between_requests_get_the_throughput_of_the_closed_queue()
    {
        QueueOutcome outcome = QueueSimulation.Run(
            new Engine { MostSequences = 1 }, new ServingWorkload { Lengths = Exponential, Users = 6, ThinkSeconds = 5 }, seed: 3, requests: Many, warmUp: 500);

        outcome.RequestsPerSecond.ShouldBe(QueueTheory.ThroughputClosed(6, 5, 1), 0.02);

        // Little's law over the closed circle: people = throughput x (time + thought)
        (outcome.RequestsPerSecond * (outcome.Answer.Mean + 5)).ShouldBe(6, 0.12);
    }

    [Fact]
    public void Little_s_law_holds_with_a_cache_that_runs_out()
    {
        var engine = new Engine { MostSequences = 50, Cache = 12_000, Longest = 4_000 };
        QueueOutcome outcome = Simulate(engine, 6, Exponential, requests: 20_000);

        outcome.Preempted.ShouldBeGreaterThan(0);
        outcome.PeakCacheShare.ShouldBeLessThanOrEqualTo(1);
        double held = outcome.Answer.Mean - outcome.Wait.Mean;
        (outcome.RequestsPerSecond * held).ShouldBeGreaterThanOrEqualTo(outcome.MeanSequences * 0.97); // those sent back hold no place meanwhile
    }

    [Fact]
    public void A_queue_that_cannot_keep_up_says_so()
    {
        Simulate(new Engine { MostSequences = 1 }, 1.3, Exponential, requests: 3000).Stable.ShouldBeFalse();
        Simulate(new Engine { MostSequences = 1 }, 0.7, Exponential, requests: 3000).Stable.ShouldBeTrue();
    }

    [Fact]
    public void A_prompt_longer_than_a_sequence_is_refused_and_a_long_answer_is_cut_off()
    {
        var engine = new Engine { MostSequences = 4, Longest = 100 };
        int asked = 0;
        QueueOutcome outcome = Simulate(engine, 0.1, _ => new RequestLength(asked++ % 2 == 0 ? 100 : 60, 80), requests: 200);

        outcome.Rejected.ShouldBeInRange(90, 110); // every second of the 200 that are counted, none of the warm-up's
        (outcome.Counted + outcome.Rejected).ShouldBeInRange(200, 204);
        outcome.RejectedShare.ShouldBe(0.5, 0.05);
        outcome.Truncated.ShouldBeGreaterThan(90);
    }

    [Fact]
    public void A_long_prompt_is_computed_in_chunks_beside_the_others()
    {
        QueueOutcome outcome = QueueSimulation.Run(
            new Engine { MostSequences = 1, Chunk = 100 }, new ServingWorkload { Lengths = _ => new RequestLength(1000, 1), Users = 3, Burst = true }, requests: 3);

        outcome.Counted.ShouldBe(3);
        outcome.Seconds.ShouldBe(30 * StepSeconds, 1e-9); // ten chunks each, one after another
        outcome.FirstToken.P50.ShouldBe(20 * StepSeconds, 1e-9);
    }

    [Fact]
    public void Equal_seeds_give_equal_results_and_others_do_not()
    {
        QueueOutcome first = Simulate(new Engine { MostSequences = 3 }, 2, Exponential, requests: 500);
        QueueOutcome again = Simulate(new Engine { MostSequences = 3 }, 2, Exponential, requests: 500);
        QueueOutcome other = QueueSimulation.Run(new Engine { MostSequences = 3 }, Open(2, Exponential), seed: 12, requests: 500);

        again.Answer.ShouldBe(first.Answer);
        other.Answer.ShouldNotBe(first.Answer);
    }

    [Fact]
    public void Lengths_of_a_use_have_its_typical_figures_as_median_and_its_high_ones_as_quantile()
    {
        Core.Planning.UseProfile use = Core.Planning.UseProfile.Reasoning;
        Func<SimulationRandom, RequestLength> lengths = ServingWorkload.LengthsOf(use, "671b");
        var random = new SimulationRandom(5);
        int[] prompts = [.. Enumerable.Range(0, 40_000).Select(_ => lengths(random).Prompt).Order()];

        ((double)prompts[20_000]).ShouldBe(use.PromptTokens, 0.02 * use.PromptTokens);
        ((double)prompts[38_000]).ShouldBe(use.PromptTokensHigh, 0.03 * use.PromptTokensHigh);
        ServingWorkload.NormalQuantile(0.95).ShouldBe(1.6448536, 1e-5);
    }

    private static double Normal(SimulationRandom random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.Uniform())) * Math.Cos(2 * Math.PI * random.Uniform()); // Box and Muller

    private static double Tolerance(double load) => 0.1 * load / (1 - load);

    private static RequestLength Exponential(SimulationRandom random) => new(1, Math.Max(1, (int)Math.Round(random.Exponential(MeanTokens))));

    private static QueueOutcome Simulate(Engine engine, double perSecond, Func<SimulationRandom, RequestLength> lengths, int requests = Many) =>
        QueueSimulation.Run(engine, Open(perSecond, lengths), seed: 11, requests: requests, warmUp: requests / 20);

    private static ServingWorkload Open(double perSecond, Func<SimulationRandom, RequestLength> lengths) => new() { Lengths = lengths, ArrivalRate = perSecond };

    private sealed class Engine : IStepTime
    {
        public int Chunk { get; init; } = int.MaxValue;

        public int MostSequences { get; init; } = int.MaxValue;

        public long Cache { get; init; } = long.MaxValue / 4;

        public long Longest { get; init; } = long.MaxValue / 4;

        public bool Shared { get; init; }

        public int PromptTokens => Chunk;

        public long CacheTokens => Cache;

        public long SequenceTokens => Longest;

        public double RequestSeconds => 0;

        public double Seconds(int sequences, double cachedTokens, int promptTokens, double promptDepth) =>
            Shared ? StepSeconds * (sequences + (promptTokens > 0 ? 1 : 0)) : StepSeconds;
    }
}
