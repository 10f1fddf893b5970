using DeepFit.Core.Text;

namespace DeepFit.Server.Mcp;

/// <summary>What agents are told of the tools and their arguments.</summary>
internal static class McpTexts
{
    public static readonly BilingualText Instructions = new(
        "DeepFit knows which DeepSeek-R1 (1.5b to 671b) runs how well on which machine, before anything is downloaded. Start with recommend; look closer with estimate; prove a speed with test_drive. "
        + "Every figure has a basis, in rising order of evidence: estimated, simulated, calibrated, measured, verified. Sizes are in bytes, rates in tokens per second, shares are fractions.",
        "DeepFit 在下载之前就能判断哪个 DeepSeek-R1 版本（1.5b 到 671b）在哪台机器上运行得如何。先用 recommend，再用 estimate 细看，用 test_drive 实测速度。"
        + "每个数字都有依据，可信度从低到高为：estimated、simulated、calibrated、measured、verified。大小以字节计，速率以 token/秒计，比例为小数。");

    public static readonly BilingualText DetectTitle = new("Detect this machine", "检测本机");
    public static readonly BilingualText Detect = new(
        "Reads this computer: processor, memory and its measured bandwidth, disk, GPUs, and the devices that the inference engine sees. Takes a few seconds. The result can be saved as a machine file.",
        "检测本机：处理器、内存及其实测带宽、磁盘、GPU，以及推理引擎识别到的设备。需要几秒钟。结果可保存为机器文件。");

    public static readonly BilingualText RecommendTitle = new("Recommend a DeepSeek-R1", "推荐 DeepSeek-R1 版本");
    public static readonly BilingualText Recommend = new(
        "Says which DeepSeek-R1, in which quantization and with which settings, suits a machine best for a use: the pick and its reason, faster and smarter alternatives, and the best configuration of every variant, "
        + "also of those that do not fit. Looks at this computer unless machine is given. That nothing fits is an answer, not an error: pick is then null.",
        "给出某台机器在某种用途下最适合的 DeepSeek-R1 版本、量化格式和设置：首选及理由、更快和更强的备选，以及每个版本的最佳配置（包括放不下的）。"
        + "不指定 machine 时针对本机。如果都放不下，pick 为 null，这是正常结果而不是错误。");

    public static readonly BilingualText EstimateTitle = new("Estimate one configuration", "估算某个配置");
    public static readonly BilingualText Estimate = new(
        "Works out what one variant takes on a machine: memory on each device by part (weights, KV cache, compute, overhead), speed with an 80% interval, time to an answer, quality, and whether it fits. Downloads nothing; of a "
        + "GGUF file or address only the header is read.",
        "计算某个版本在某台机器上的需求：各设备内存的组成（权重、KV 缓存、计算缓冲、其他开销）、速度及 80% 区间、得到回答的时间、质量，以及能否运行。不下载模型；对 GGUF 文件或网址只读取文件头。");

    public static readonly BilingualText TestDriveTitle = new("Test-drive a variant here", "在本机试跑");
    public static readonly BilingualText TestDrive = new(
        "Measures the prompt and generation speed of a variant on this computer with synthetic weights of its true shapes: nothing is downloaded, any size works. Loads the machine fully for about 20 seconds (a minute for 671b), so ask "
        + "the user first if other work is running. Reports progress and can be cancelled. The result is kept and makes later estimates measured.",
        "用真实形状的合成权重在本机实测某个版本的提示词处理速度和生成速度：无需下载，任何大小都可以。会满载运行约 20 秒（671b 约一分钟），如有其他任务在运行请先征求用户同意。"
        + "会报告进度，可随时取消。结果会保存，之后的估算以实测为依据。");

    public static readonly BilingualText ModelsTitle = new("The DeepSeek-R1 family", "DeepSeek-R1 家族");
    public static readonly BilingualText Models = new(
        "Lists the DeepSeek-R1 variants: parameters, what is distilled from what and what is R1 itself, licences, context length, what each is for, the size of every quantization, published benchmarks with sources, and how a popular "
        + "guide's claims compare. With variant only that one.",
        "列出 DeepSeek-R1 的各个版本：参数量、哪些是蒸馏模型、哪个是 R1 本身、许可证、上下文长度、用途、每种量化的大小、公开基准测试及来源，以及流行指南的说法与事实的对比。指定 variant 时只返回该版本。");

    public static readonly BilingualText LocalModelsTitle = new("Models on this computer", "本机已有的模型");
    public static readonly BilingualText LocalModels = new(
        "Lists the GGUF models on this computer, also those of Ollama, LM Studio, Hugging Face and llama.cpp, with their paths, and pulls that were interrupted.",
        "列出本机已有的 GGUF 模型（包括 Ollama、LM Studio、Hugging Face 和 llama.cpp 的）及其路径，以及未完成的下载。");

    public static readonly BilingualText MachinesTitle = new("Search the hardware catalogues", "搜索硬件目录");
    public static readonly BilingualText Machines = new(
        "Searches the catalogues of GPUs, Apple chips, accelerators, processors and computers by words: memory, bandwidth, compute, launch price, each figure with its source. The names found are what the argument machine of other tools takes.",
        "按关键词搜索 GPU、Apple 芯片、加速卡、处理器和整机目录：显存/内存、带宽、算力、首发价，每个数字都有来源。其他工具的 machine 参数可使用这里找到的名称。");

    public static readonly BilingualText DescribeMachineTitle = new("How a machine is understood", "查看机器描述的解析结果");
    public static readonly BilingualText DescribeMachine = new(
        "Shows how a machine in words, or a machine file, is understood: all figures that plans would use, and what was assumed where the words leave it open.",
        "显示用文字描述的机器（或机器文件）如何被理解：规划时使用的全部数字，以及文字未说明之处的假设。");

    public static readonly BilingualText AdviseHardwareTitle = new("Hardware for a goal", "按目标选硬件");
    public static readonly BilingualText AdviseHardware = new(
        "Names the least hardware that runs the wanted variants at a wanted speed and context, best buys first, with bottleneck and launch price; and what comes closest where nothing reaches it.",
        "列出能以所需速度和上下文运行指定版本的最低硬件，按合适程度排序，并给出瓶颈和首发价；若没有硬件达标，则给出最接近的。");

    public static readonly BilingualText AdviseUpgradeTitle = new("Upgrade a machine", "升级建议");
    public static readonly BilingualText AdviseUpgrade = new(
        "Names the single changes (memory, GPU, second GPU, another machine) that lift a machine most, and what would then be recommended. Looks at this computer unless machine is given.",
        "列出最能提升某台机器的单项改动（内存、GPU、第二块 GPU、更换整机），以及改动之后的推荐。不指定 machine 时针对本机。");

    public static readonly BilingualText Use = new("What the model is wanted for; sets prompt, reasoning and answer lengths and which benchmarks count.", "模型的用途；决定提示词、推理和回答的长度，以及参考哪些基准测试。");
    public static readonly BilingualText Machine = new(
        "Another machine than this computer: its parts in words (GPU, count, memory, processor, or a computer's name), or the path of a machine file.",
        "本机以外的机器：用文字描述其部件（GPU、数量、内存、处理器或整机名称），或机器文件的路径。");
    public static readonly BilingualText MachineToDescribe = new("The machine's parts in words, or the path of a machine file.", "用文字描述的机器部件，或机器文件的路径。");
    public static readonly BilingualText ContextForUse = new(
        "Context in tokens for each user. Default: what the use needs so that long thoughts are not cut off.", "每位用户的上下文 token 数。默认：该用途下长推理不被截断所需的长度。");
    public static readonly BilingualText MinTps = new(
        "Least generation speed, in tokens per second for each user. Default: what the use needs.", "每位用户的最低生成速度（token/秒）。默认：该用途所需的速度。");
    public static readonly BilingualText Users = new("People who use it at the same time, each with the whole context.", "同时使用的人数，每人拥有完整的上下文。");
    public static readonly BilingualText Brief = new(
        "True for the text alone, without the structured document, which may have tens of thousands of characters.", "为 true 时只返回文字摘要，不返回结构化文档（文档可能长达数万字符）。");
    public static readonly BilingualText Variant = new(
        "A variant's id (1.5b, 7b, 8b, 14b, 32b, 70b, 671b, 8b-0528, 671b-0528), a quantization after a colon if wanted; or the path or http(s) address of a GGUF file.",
        "版本 id（1.5b、7b、8b、14b、32b、70b、671b、8b-0528、671b-0528），可在冒号后指定量化格式；或 GGUF 文件的路径或 http(s) 网址。");
    public static readonly BilingualText VariantToDrive = new(
        "A variant's id (1.5b, 7b, 8b, 14b, 32b, 70b, 671b, 8b-0528, 671b-0528), a quantization after a colon if wanted.",
        "版本 id（1.5b、7b、8b、14b、32b、70b、671b、8b-0528、671b-0528），可在冒号后指定量化格式。");
    public static readonly BilingualText CatalogueVariant = new("Only this variant. Default: all.", "只返回该版本。默认返回全部。");
    public static readonly BilingualText Variants = new("The variants that the hardware must run, one at a time; each may have its quantization after a colon.", "硬件需要（逐个）运行的版本；可在冒号后指定量化格式。");
    public static readonly BilingualText Quantization = new("The quantization. Default: the one after the variant's colon, else Q4_K_M. Not for a GGUF file.", "量化格式。默认取 variant 冒号后的格式，否则为 Q4_K_M。不适用于 GGUF 文件。");
    public static readonly BilingualText QuantizationOfGoal = new("The quantization for all variants. Default: the best that is worth running.", "所有版本的量化格式。默认：值得运行的最佳格式。");
    public static readonly BilingualText Context = new("Context in tokens, over all sequences.", "上下文 token 数（所有序列合计）。");
    public static readonly BilingualText KvTypeK = new("Type of the cached keys.", "K 缓存的类型。");
    public static readonly BilingualText KvTypeV = new("Type of the cached values; quantized types need flash attention.", "V 缓存的类型；量化类型需要 flash attention。");
    public static readonly BilingualText UBatch = new("Tokens computed at once (micro-batch).", "一次计算的 token 数（micro-batch）。");
    public static readonly BilingualText Parallel = new("Sequences answered at the same time; they share the context.", "同时回答的序列数，共享上下文。");
    public static readonly BilingualText FlashAttention = new("Whether flash attention is on.", "是否启用 flash attention。");
    public static readonly BilingualText GpuLayers = new("Layers on GPUs, the output layer counted as one more; 0 for none. Default: as many as suit the machine.", "放在 GPU 上的层数（输出层另计一层）；0 表示不用 GPU。默认按机器自动决定。");
    public static readonly BilingualText CpuMoeLayers = new("First layers whose experts stay in system memory; only 671b has experts. Default: as suits the machine.", "前多少层的专家权重留在内存中；仅 671b 有专家。默认按机器自动决定。");
    public static readonly BilingualText Basis = new(
        "estimated: closed formulas, any machine. simulated: the engine itself lays the model out without weights (about a second, this computer only).",
        "estimated：按公式计算，适用于任何机器。simulated：由推理引擎在不加载权重的情况下布局（约一秒，仅限本机）。");
    public static readonly BilingualText ContextDepth = new("Tokens already in the context when generation is timed.", "测量生成速度时上下文中已有的 token 数。");
    public static readonly BilingualText Query = new("Words in any order, each in the name, or the maker, architecture or kind. Default: everything.", "任意顺序的关键词，可匹配名称、厂商、架构或类别。默认返回全部。");
    public static readonly BilingualText Kind = new("Only this kind. Default: all.", "只返回该类别。默认返回全部。");
    public static readonly BilingualText Limit = new("Most entries to return; total says how many there are.", "最多返回的条数；total 为总条数。");
    public static readonly BilingualText MaxPrice = new("Highest launch price in US dollars; hardware without a known price is then left out. Default: any.", "首发价上限（美元）；设置后不含价格未知的硬件。默认不限。");
    public static readonly BilingualText Vendor = new("Only this maker. Default: any.", "只考虑该厂商。默认不限。");
    public static readonly BilingualText Form = new("Only this form of computer. Default: any.", "只考虑该形态的电脑。默认不限。");
}
