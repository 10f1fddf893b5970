using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Planning.Capacity;

/// <summary>The planner's choices: fewest nodes, honest refusals, flags that the engines know.</summary>
public sealed class CapacityPlannerTests
{
    [Fact]
    public void R1_in_FP8_takes_one_node_of_H200_or_two_of_H100()
    {
        CapacityPlanner.Plan(Request("671b", "H200 SXM", users: 4) with { Weights = "fp8", AnswerGoal = 600 }).Pick!.Nodes.ShouldBe(1);

        CapacityOption pick = CapacityPlanner.Plan(Request("671b", "H100 SXM", users: 4) with { Weights = "fp8", AnswerGoal = 600 }).Pick!;
        pick.Nodes.ShouldBe(2);
        pick.Layout!.Gpus.ShouldBe(16);
    }

    [Fact]
    public void VLLM_spreads_over_nodes_by_pipeline_and_SGLang_by_tensor()
    {
        CapacityPlan plan = CapacityPlanner.Plan(Request("671b", "H100 SXM", users: 4) with { Weights = "fp8", AnswerGoal = 600 });

        CapacityOption vllm = plan.Options.Single(o => o.Engine == ServingEngine.Vllm);
        vllm.Layout.ShouldBe(new ServingLayout(8, 2));
        string line = vllm.Commands[^1].Text;
        line.ShouldContain("vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8 --pipeline-parallel-size 2");
        line.ShouldContain("--max-model-len 8192");
        line.ShouldContain("--gpu-memory-utilization 0.9");
        line.ShouldNotContain("--quantization"); // R1 is FP8 as it comes
        vllm.Commands[0].Text.ShouldBe("ray start --head --port 6379");

        CapacityOption sglang = plan.Options.Single(o => o.Engine == ServingEngine.SgLang);
        sglang.Layout!.Tensor.ShouldBe(16);
        sglang.Commands[0].Text.ShouldContain("--tp-size 16 --nnodes 2 --node-rank RANK --dist-init-addr HEAD:20000");
    }

    [Fact]
    public void R1_in_INT8_is_a_published_checkpoint_for_SGLang_alone_and_needs_its_method_named()
    {
        CapacityPlan plan = CapacityPlanner.Plan(Request("671b", "A100 80GB SXM", users: 2) with { Weights = "int8", AnswerGoal = 3600 });

        plan.Options.Single(o => o.Engine == ServingEngine.SgLang).Commands[0].Text
            .ShouldContain("--model-path meituan/DeepSeek-R1-Channel-INT8 --quantization w8a8_int8 --tp-size 16");
        plan.Options.Single(o => o.Engine == ServingEngine.Vllm).Commands[^1].Text.ShouldNotContain("meituan");
    }

    [Fact]
    public void More_people_never_need_fewer_nodes_and_a_looser_goal_never_more()
    {
        int before = 0;
        foreach (int users in (int[])[10, 100, 1000])
        {
            int nodes = Nodes(Request("70b", "H100 SXM", users) with { AnswerGoal = 120, Engine = ServingEngine.Vllm });
            nodes.ShouldBeGreaterThanOrEqualTo(before);
            before = nodes;
        }

        Nodes(Request("70b", "H100 SXM", 1000) with { AnswerGoal = 200, Engine = ServingEngine.Vllm }).ShouldBeLessThanOrEqualTo(before);
    }

    [Fact]
    public void The_copies_of_a_pick_meet_the_goal_and_a_fixed_number_of_nodes_is_kept_to()
    {
        CapacityPlan plan = CapacityPlanner.Plan(Request("32b", "A100 80GB SXM", 60) with { AnswerGoal = 150, FirstTokenGoal = 3 });
        CapacityOption pick = plan.Pick!;
        pick.Outcome!.Answer.P95.ShouldBeLessThanOrEqualTo(150);
        pick.Outcome.FirstToken.P95.ShouldBeLessThanOrEqualTo(3);
        (pick.Layout!.Gpus * pick.Replicas).ShouldBeLessThanOrEqualTo(8 * pick.Nodes);

        foreach (CapacityOption option in CapacityPlanner.Plan(Request("32b", "A100 80GB SXM", 5000) with { AnswerGoal = 60, Nodes = 2 }).Options.Where(o => o.Fits))
        {
            option.Nodes.ShouldBeLessThanOrEqualTo(2);
            option.Meets.ShouldBeFalse();
        }
    }

    [Fact]
    public void An_A100_is_refused_FP8_and_given_another_format()
    {
        CapacityPlan asked = CapacityPlanner.Plan(Request("671b", "A100 80GB SXM", 2) with { Weights = "fp8", Engine = ServingEngine.Vllm });
        asked.Pick.ShouldBeNull();
        asked.Options[0].LimitedBy.ShouldBe("hardware");
        asked.Options[0].Reason.En.ShouldContain("no FP8 units");

        CapacityPlan free = CapacityPlanner.Plan(Request("671b", "A100 80GB SXM", 2) with { Engine = ServingEngine.Vllm, AnswerGoal = 600 });
        free.Pick!.Weights.ShouldNotBe("fp8");
        free.Explanation.En.ShouldContain("--weights fp8"); // fewer bits than published: said
    }

    [Fact]
    public void A_goal_that_one_stream_alone_misses_is_told_from_one_that_more_nodes_would_reach()
    {
        CapacityPlan impossible = CapacityPlanner.Plan(Request("70b", "H100 SXM", 20) with { AnswerGoal = 1, Engine = ServingEngine.SgLang });
        impossible.Pick.ShouldBeNull();
        impossible.Closest!.LimitedBy.ShouldBe("generation");
        impossible.Explanation.En.ShouldContain("Nothing within 64 nodes");
        impossible.Explanation.Zh.ShouldContain("最接近");

        CapacityPlan crowded = CapacityPlanner.Plan(Request("70b", "H100 SXM", users: null) with
        {
            RequestsPerMinute = 6000,
            AnswerGoal = 300,
            Nodes = 1,
            Engine = ServingEngine.Vllm,
        });
        crowded.Closest!.LimitedBy.ShouldBe("throughput");
        crowded.Closest.Outcome!.Stable.ShouldBeFalse();
    }

    [Fact]
    public void A_machine_without_GPUs_is_served_by_llama_server_alone()
    {
        CapacityPlan plan = CapacityPlanner.Plan(new CapacityRequest
        {
            Variant = ModelCatalog.Default.Find("7b"),
            Machine = Machines.Server(),
            Users = 3,
            AnswerGoal = 3600,
        });

        plan.Pick!.Engine.ShouldBe(ServingEngine.LlamaCpp);
        plan.Pick.Commands[0].Text.ShouldStartWith("llama-server -m ");
        plan.Pick.Commands[0].Text.ShouldContain("-c 32768 -np 4 ");
        plan.Options.Where(o => o.Engine != ServingEngine.LlamaCpp).ShouldAllBe(o => o.LimitedBy == "hardware" && o.Reason.En.Contains("needs GPUs"));
    }

    [Fact]
    public void What_does_not_fit_says_what_it_would_take()
    {
        CapacityPlan plan = CapacityPlanner.Plan(Request("671b", "RTX 3090", users: 2, gpus: 1));

        foreach (CapacityOption option in plan.Options.Where(o => o.Engine != ServingEngine.LlamaCpp))
        {
            option.Fits.ShouldBeFalse();
            option.LimitedBy.ShouldBe("memory");
            option.Reason.En.ShouldContain("24.00 GiB");
        }

        CapacityPlan context = CapacityPlanner.Plan(Request("14b", "RTX 4090", users: 2, gpus: 2) with { Weights = "bf16", Context = 131072, Engine = ServingEngine.Vllm, Nodes = 1 });
        context.Options[0].LimitedBy.ShouldBe("context");
        context.Options[0].Reason.En.ShouldContain("--context ");
    }

    [Theory]
    [InlineData(0, null, null, null)]
    [InlineData(null, -1.0, null, null)]
    [InlineData(null, double.NaN, null, null)]
    [InlineData(1, null, 0.0, null)]
    [InlineData(1, null, null, 65)]
    [InlineData(1, null, null, 0)]
    [InlineData(null, null, null, null)]
    public void A_request_that_makes_no_sense_is_refused_in_both_languages(int? users, double? rate, double? goal, int? nodes)
    {
        UserErrorException error = Should.Throw<UserErrorException>(() => CapacityPlanner.Plan(Request("7b", "H100 SXM", users) with
        {
            RequestsPerMinute = rate,
            AnswerGoal = goal,
            Nodes = nodes,
        }));

        error.Text.En.ShouldContain("--");
        error.Text.Zh.ShouldContain("--");
    }

    [Fact]
    public void A_plan_is_the_same_every_time()
    {
        CapacityRequest request = Request("14b", "L40S", 12) with { AnswerGoal = 120 };

        CapacityPlanner.Plan(request).Pick!.Outcome.ShouldBe(CapacityPlanner.Plan(request).Pick!.Outcome);
    }

    [Fact]
    public void Every_flag_has_a_reason_in_both_languages()
    {
        foreach (string variant in (string[])["7b", "671b"])
        {
            foreach (EngineFlag flag in CapacityPlanner.Plan(Request(variant, "H200 SXM", 8) with { AnswerGoal = 600 }).Options.SelectMany(o => o.Commands).SelectMany(c => c.Flags))
            {
                flag.Name.ShouldStartWith("-");
                flag.Why.En.ShouldNotBeNullOrWhiteSpace();
                flag.Why.Zh.Any(c => c > 0x2E80).ShouldBeTrue(flag.Name);
            }
        }
    }

    [Theory]
    [InlineData("coding")]
    [InlineData("long-context")]
    public void A_use_whose_longest_prompts_are_refused_is_still_served_within_its_own_context(string use)
    {
        CapacityPlan plan = CapacityPlanner.Plan(Request("7b", "RTX 4090", users: 4, gpus: 1) with { Use = UseProfile.Find(use), Engine = ServingEngine.LlamaCpp });

        CapacityOption pick = plan.Pick.ShouldNotBeNull(plan.Explanation.En);
        pick.Outcome!.RejectedShare.ShouldBeInRange(0.001, 0.05);
    }

    [Fact]
    public void A_context_that_refuses_most_prompts_is_named_as_what_is_in_the_way()
    {
        CapacityPlan plan = CapacityPlanner.Plan(Request("7b", "RTX 4090", users: 4, gpus: 1) with { Context = 256 });

        plan.Pick.ShouldBeNull();
        plan.Closest!.LimitedBy.ShouldBe("context");
        plan.Closest.Reason.En.ShouldMatch("^[0-9]+% of the prompts are longer than the context of 256 tokens");
        plan.Closest.Reason.Zh.ShouldContain("--context");
    }

    private static int Nodes(CapacityRequest request) => CapacityPlanner.Plan(request).Pick?.Nodes ?? int.MaxValue;

    private static CapacityRequest Request(string variant, string device, int? users, int gpus = 8) => new()
    {
        Variant = ModelCatalog.Default.Find(variant),
        Machine = CapacityCalibration.NodeMachine(device, gpus),
        Users = users,
    };
}
