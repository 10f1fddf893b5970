using BenchmarkDotNet.Running;
using DeepFit.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(PlannerBenchmarks).Assembly).Run(args);
