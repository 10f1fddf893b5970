using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Tests.LocalModels;

public sealed class FindModelsTests
{
    [Fact]
    public void Ollamas_blobs_are_found_by_their_manifests_and_used_in_place()
    {
        using var bench = new StoreBench();
        string blob = bench.WriteOllama(Path.Combine(bench.Home, ".ollama", "models"));
        LocalModel model = bench.Store.FindLocal(StoreBench.Small, StoreBench.Q4).ShouldNotBeNull();
        model.Path.ShouldBe(blob);
        model.Owner.ShouldBe(ModelOwner.Ollama);
        model.Name.ShouldBe("deepseek-r1:1.5b");
        model.Verified.ShouldBeTrue();
        model.Sha256.ShouldBe(Path.GetFileName(blob)["sha256-".Length..]);
    }

    [Fact]
    public void The_folder_that_OLLAMA_MODELS_names_is_looked_at_too()
    {
        using var bench = new StoreBench();
        string root = Path.Combine(bench.Home, "elsewhere");
        bench.Environment["OLLAMA_MODELS"] = root;
        string blob = bench.WriteOllama(root);
        bench.Store.List().ShouldHaveSingleItem().Path.ShouldBe(blob);
    }

    [Fact]
    public void LM_Studios_models_are_found_also_where_its_settings_put_them()
    {
        using var bench = new StoreBench();
        string folder = Path.Combine(bench.Home, "big-disk");
        string file = StoreBench.WriteModel(Path.Combine(folder, "lmstudio-community", "DeepSeek-R1-Distill-Qwen-1.5B-GGUF", "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf"));
        Directory.CreateDirectory(Path.Combine(bench.Home, ".lmstudio"));
        File.WriteAllText(Path.Combine(bench.Home, ".lmstudio", "settings.json"), System.Text.Json.JsonSerializer.Serialize(new { downloadsFolder = folder }));
        LocalModel model = bench.Store.FindLocal(StoreBench.Small, StoreBench.Q4).ShouldNotBeNull();
        model.Owner.ShouldBe(ModelOwner.LmStudio);
        model.Path.ShouldBe(file);
        model.Name.ShouldBe("lmstudio-community/DeepSeek-R1-Distill-Qwen-1.5B-GGUF");
        model.Verified.ShouldBeFalse();
    }

    [Theory]
    [InlineData("HF_HOME")]
    [InlineData("HF_HUB_CACHE")]
    [InlineData(null)]
    public void Hugging_Faces_cache_is_found_and_a_snapshots_link_is_followed_to_its_blob(string? variable)
    {
        using var bench = new StoreBench();
        string hub = Path.Combine(bench.Home, ".cache", "huggingface", "hub");
        if (variable is not null)
        {
            string chosen = Path.Combine(bench.Home, "hf");
            bench.Environment[variable] = chosen;
            hub = variable == "HF_HOME" ? Path.Combine(chosen, "hub") : chosen;
        }

        string repository = Path.Combine(hub, "models--unsloth--DeepSeek-R1-Distill-Qwen-1.5B-GGUF");
        string digest = new('a', 64);
        string blob = StoreBench.WriteModel(Path.Combine(repository, "blobs", digest));
        foreach (string revision in (string[])["0001", "0002"])
        {
            string link = Path.Combine(repository, "snapshots", revision, "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf");
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, Path.Combine("..", "..", "blobs", digest));
        }

        LocalModel model = bench.Store.List().ShouldHaveSingleItem();
        model.Owner.ShouldBe(ModelOwner.HuggingFace);
        model.Name.ShouldBe("unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF");
        model.Sha256.ShouldBe(digest);
        model.Verified.ShouldBeFalse();
        model.Bytes.ShouldBe(new FileInfo(blob).Length);
        (model.Variant, model.Quantization).ShouldBe(("1.5b", "Q4_K_M"));
    }

    [Fact]
    public void Llama_cpps_cache_is_found_and_what_is_no_R1_is_listed_as_another_model()
    {
        using var bench = new StoreBench();
        string cache = Path.Combine(bench.Home, "llama");
        bench.Environment["LLAMA_CACHE"] = cache;
        StoreBench.WriteModel(Path.Combine(cache, "Qwen_Qwen2.5-1.5B-Instruct-GGUF_qwen2.5-1.5b-instruct-q4_k_m.gguf"), name: "Qwen2.5 1.5B Instruct");
        LocalModel model = bench.Store.List().ShouldHaveSingleItem();
        model.Owner.ShouldBe(ModelOwner.LlamaCpp);
        model.Variant.ShouldBeNull();
        bench.Store.FindLocal(StoreBench.Small, StoreBench.Q4).ShouldBeNull();
    }

    [Theory]
    [InlineData("8b-0528", "DeepSeek-R1-0528-Qwen3-8B")]
    [InlineData("671b", "DeepSeek R1")]
    [InlineData("671b-0528", "DeepSeek R1 0528")]
    [InlineData("70b", "DeepSeek R1 Distill Llama 70B")]
    [InlineData(null, "DeepSeek V3 0324")]
    [InlineData(null, "DeepSeek R1 Zero")]
    public void A_variant_is_told_by_its_shapes_and_its_name(string? variant, string name)
    {
        using var bench = new StoreBench();
        ModelVariant shapes = ModelCatalog.Default.Find(variant ?? "671b");
        StoreBench.WriteModel(Path.Combine(bench.Folder, "somebody", "model.gguf"), shapes, StoreBench.Q4, name);
        bench.Store.List().ShouldHaveSingleItem().Variant.ShouldBe(variant);
    }

    [Fact]
    public void What_cannot_be_read_is_left_out_and_stops_nothing()
    {
        using var bench = new StoreBench();
        string ollama = Path.Combine(bench.Home, ".ollama", "models", "manifests", "registry.ollama.ai", "library", "x");
        Directory.CreateDirectory(ollama);
        File.WriteAllText(Path.Combine(ollama, "broken"), "{ \"layers\": 7 }");
        File.WriteAllText(Path.Combine(ollama, "torn"), "{ \"layers\": [");
        Directory.CreateDirectory(bench.Folder);
        File.WriteAllText(Path.Combine(bench.Folder, "text.gguf"), "no model");
        File.WriteAllText(Path.Combine(bench.Folder, "part-00009-of-00008.gguf"), "no part");
        File.WriteAllText(Path.Combine(bench.Folder, "half-00001-of-00002.gguf"), "the other part is missing");
        File.CreateSymbolicLink(Path.Combine(bench.Folder, "dead.gguf"), Path.Combine(bench.Home, "nowhere"));
        bench.Store.List().ShouldBeEmpty();
    }

    [Fact]
    public void DeepFits_own_comes_before_another_programs()
    {
        using var bench = new StoreBench();
        bench.WriteOllama(Path.Combine(bench.Home, ".ollama", "models"));
        string own = StoreBench.WriteModel(Path.Combine(bench.Folder, "unsloth", "repo", "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf"));
        bench.Store.List().Count.ShouldBe(2);
        bench.Store.FindLocal(StoreBench.Small, StoreBench.Q4)!.Path.ShouldBe(own);
    }

    [Fact]
    public void Removing_deletes_DeepFits_files_their_records_and_the_folders_that_are_empty_then()
    {
        using var bench = new StoreBench();
        string file = StoreBench.WriteModel(Path.Combine(bench.Folder, "unsloth", "repo", "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf"));
        string kept = StoreBench.WriteModel(Path.Combine(bench.Folder, "unsloth", "other", "DeepSeek-R1-Distill-Qwen-1.5B-Q8_0.gguf"), null, Quantizations.Find("Q8_0"));
        LocalModel model = bench.Store.FindLocal(StoreBench.Small, StoreBench.Q4)!;
        bench.Store.Remove(model).ShouldBe(model.Bytes);
        File.Exists(file).ShouldBeFalse();
        Directory.Exists(Path.GetDirectoryName(file)).ShouldBeFalse();
        File.Exists(kept).ShouldBeTrue();
    }

    [Fact]
    public void A_link_that_leads_in_a_circle_is_no_model_and_hides_no_other()
    {
        using var bench = new StoreBench();
        string snapshot = Path.Combine(bench.Home, ".cache", "huggingface", "hub", "models--somebody--r1", "snapshots", "1");
        string file = StoreBench.WriteModel(Path.Combine(snapshot, "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf"));
        File.CreateSymbolicLink(Path.Combine(snapshot, "a.gguf"), Path.Combine(snapshot, "b.gguf"));
        File.CreateSymbolicLink(Path.Combine(snapshot, "b.gguf"), Path.Combine(snapshot, "a.gguf"));
        bench.Store.List().ShouldHaveSingleItem().Path.ShouldBe(file);
    }

    [Fact]
    public void A_models_folder_that_is_given_with_a_slash_at_its_end_is_the_same_folder()
    {
        using var bench = new StoreBench();
        string file = StoreBench.WriteModel(Path.Combine(bench.Folder, "unsloth", "repo", "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf"));
        using var client = new HttpClient();
        var store = new ModelStore(bench.Folder + Path.DirectorySeparatorChar, client, name => bench.Environment.GetValueOrDefault(name));
        store.Remove(store.List().ShouldHaveSingleItem());
        File.Exists(file).ShouldBeFalse();
        Directory.Exists(bench.Folder).ShouldBeTrue();
        Directory.EnumerateFileSystemEntries(bench.Folder).ShouldBeEmpty();
    }

    [Fact]
    public void Another_programs_model_is_not_removed_and_the_message_names_its_command()
    {
        using var bench = new StoreBench();
        string blob = bench.WriteOllama(Path.Combine(bench.Home, ".ollama", "models"));
        UserErrorException error = Should.Throw<UserErrorException>(() => bench.Store.Remove(bench.Store.List()[0]));
        error.Text.En.ShouldContain("`ollama rm deepseek-r1:1.5b`");
        error.Text.Zh.ShouldContain("`ollama rm deepseek-r1:1.5b`");
        File.Exists(blob).ShouldBeTrue();
    }

    [Fact]
    public void No_link_leads_a_removal_out_of_the_models_folder()
    {
        using var bench = new StoreBench();
        string outside = StoreBench.WriteModel(Path.Combine(bench.Home, "precious", "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf"));
        Directory.CreateDirectory(bench.Folder);
        Directory.CreateSymbolicLink(Path.Combine(bench.Folder, "link"), Path.GetDirectoryName(outside)!);
        bench.Store.List().ShouldBeEmpty();
        var forged = new LocalModel
        {
            Path = Path.Combine(bench.Folder, "link", Path.GetFileName(outside)),
            Files = [Path.Combine(bench.Folder, "link", Path.GetFileName(outside))],
            Bytes = 1,
            Owner = ModelOwner.DeepFit,
            Name = "x",
            Quantization = "Q4_K_M",
        };
        Should.Throw<UserErrorException>(() => bench.Store.Remove(forged));
        Should.Throw<UserErrorException>(() => bench.Store.Remove(forged with { Files = [Path.Combine(bench.Folder, "..", "precious", Path.GetFileName(outside))] }));

        // a link in place of the file is removed as a link
        string link = Path.Combine(bench.Folder, Path.GetFileName(outside));
        File.CreateSymbolicLink(link, outside);
        bench.Store.Remove(bench.Store.List().ShouldHaveSingleItem());
        File.Exists(link).ShouldBeFalse();
        File.Exists(outside).ShouldBeTrue();
    }
}
