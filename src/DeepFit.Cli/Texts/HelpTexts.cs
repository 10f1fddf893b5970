using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What <c>--help</c> says.</summary>
internal static class HelpTexts
{
    public static readonly BilingualText Tool = new(
        "Finds the DeepSeek-R1 that runs well on this machine, before anything is downloaded. Without a command it recommends.",
        "在下载之前，找出最适合本机运行的 DeepSeek-R1。不带命令时给出推荐。");

    public static readonly BilingualText Recommend = new(
        "Recommend what to run here: the pick, a faster and a smarter one, and a row for every variant.",
        "推荐本机该运行哪个版本：首选、更快的、更强的，并逐一列出每个版本。");

    public static readonly BilingualText Estimate = new(
        "Work out the memory, speed and quality of one variant, and show how the figures come about.",
        "计算某个版本的内存、速度和质量，并说明每个数字的来历。");

    public static readonly BilingualText Detect = new(
        "Show this machine: processor, memory and its bandwidth, disk, GPUs, and the devices the engine sees.",
        "查看本机：处理器、内存及其带宽、磁盘、GPU，以及推理引擎识别到的设备。");

    public static readonly BilingualText Doctor = new(
        "Check the set-up and print every raw probe, ready to paste into a bug report (home folder and user name are removed).",
        "检查运行环境并输出全部原始探测结果，可直接粘贴到问题报告中（已隐去主目录和用户名）。");

    public static readonly BilingualText Models = new(
        "List the DeepSeek-R1 variants: which is R1 itself, which are distilled, and what they need.",
        "列出 DeepSeek-R1 的各个版本：哪个是 R1 本身，哪些是蒸馏模型，各需要什么配置。");

    public static readonly BilingualText Compare = new(
        "Set two to five variants or configurations side by side.",
        "并排比较两到五个版本或配置。");

    public static readonly BilingualText Calibrate = new(
        "Measure single layers of each type on this machine in under a minute, so that the estimates of every version and quantization stand on them; downloads nothing.",
        "在一分钟内实测本机各类型的单层速度，使所有版本和量化的估算都以此为依据；无需下载。");

    public static readonly BilingualText CalibrateSeconds = new("time after which no further layer is begun", "超过该秒数后不再测量新的层");
    public static readonly BilingualText CalibrateDevice = new("where the layers run (default: auto, the GPU where there is one)", "在哪里运行（默认 auto：有 GPU 时用 GPU）");

    public static readonly BilingualText TestDrive = new(
        "Measure the speed of a variant on this machine with synthetic weights; nothing is downloaded.",
        "用合成权重在本机实测某个版本的速度，无需下载模型。");

    public static readonly BilingualText Capacity = new(
        "Plan for a team: how many nodes, which engine (llama-server, vLLM, SGLang), which flags, and how long people wait.",
        "为团队做容量规划：需要多少节点、用哪个引擎（llama-server、vLLM、SGLang）、哪些启动参数，以及大家要等多久。");

    public static readonly BilingualText Advise = new(
        "Name the least hardware that runs what is wanted; without --want, the single change that lifts this machine.",
        "列出能运行所需版本的最低硬件；不带 --want 时，给出最能提升本机的单项改动。");

    public static readonly BilingualText Pull = new(
        "Download a variant, or find it on this machine. Resumes after any interruption and checks every byte.",
        "下载某个版本，或使用本机已有的文件。任何中断后都可继续，并逐字节校验。");

    public static readonly BilingualText List = new(
        "List the models on this machine: DeepFit's own, and those of Ollama, LM Studio, Hugging Face and llama.cpp.",
        "列出本机上的模型：DeepFit 下载的，以及 Ollama、LM Studio、Hugging Face 和 llama.cpp 的。");

    public static readonly BilingualText Remove = new(
        "Remove a model that DeepFit pulled, or what an interrupted pull left.",
        "删除 DeepFit 下载的模型，或中断的下载留下的部分文件。");

    public static readonly BilingualText PullVariant = new(
        "1.5b, 7b, 8b, 14b, 32b, 70b, 671b, 8b-0528, 671b-0528 or another name of theirs, with a quantization if you like (7b:Q8_0); hf.co/OWNER/NAME:QUANT; or the http(s) address of a GGUF file",
        "1.5b、7b、8b、14b、32b、70b、671b、8b-0528、671b-0528 或其别名，可附带量化格式（7b:Q8_0）；hf.co/OWNER/NAME:QUANT；或 GGUF 文件的 http(s) 地址");
    public static readonly BilingualText PullQuant = new("quantization (default: what is recommended for this machine)", "量化格式（默认为推荐给本机的格式）");
    public static readonly BilingualText Hub = new("the hub to pull from (default: the one that answers faster)", "下载平台（默认选择响应更快的）");
    public static readonly BilingualText Repo = new("a repository of the hub in place of the catalogue's", "用该平台上的指定仓库代替目录中的仓库");
    public static readonly BilingualText RepoFile = new("a file of the repository; of a split model its first part", "仓库中的文件；分片模型请指定第一个分片");
    public static readonly BilingualText ModelsDir = new("where models are kept (default: DEEPFIT_MODELS, or a folder of DeepFit's)", "模型文件夹（默认为 DEEPFIT_MODELS 或 DeepFit 自己的文件夹）");
    public static readonly BilingualText Connections = new("connections at a time, 1 to 16 (default: 4 to 8)", "同时使用的连接数，1 到 16（默认 4 到 8）");
    public static readonly BilingualText Again = new("download even if another program has the model here", "即使本机其他程序已有该模型也重新下载");
    public static readonly BilingualText RemoveWhich = new("a variant (7b, 7b:Q4_K_M), or a name or path of `deepfit list`", "版本（7b、7b:Q4_K_M），或 `deepfit list` 中的名称或路径");
    public static readonly BilingualText Sure = new("do not ask", "不再询问，直接删除");

    public static readonly BilingualText Json = new("print one JSON document on standard output", "在标准输出打印一个 JSON 文档");
    public static readonly BilingualText Lang = new("the language, zh or en (default: the locale's)", "界面语言：zh 或 en（默认随系统区域设置）");
    public static readonly BilingualText NoColor = new("no colour", "不使用颜色");
    public static readonly BilingualText Help = new("show this help", "显示帮助");
    public static readonly BilingualText Version = new("show the version", "显示版本");

    public static readonly BilingualText Use = new("what it is for (default: chat)", "用途（默认 chat）：对话、推理、编程、长文本、批量");
    public static readonly BilingualText Context = new("context in tokens; 8k means 8192", "上下文长度（token 数）；8k 即 8192");
    public static readonly BilingualText ContextForUse = new("context in tokens (default: what the use needs)", "上下文长度（token 数，默认按用途确定）");
    public static readonly BilingualText MinTps = new("slowest generation to accept, in tokens per second", "可接受的最低生成速度（token/秒）");
    public static readonly BilingualText Users = new("how many people use it at a time (default: 1)", "同时使用的人数（默认 1）");
    public static readonly BilingualText TeamUsers = new("people who use it, each thinking between answers", "使用人数，每人在两次提问之间会思考");
    public static readonly BilingualText ArrivalRate = new("requests a minute over all people", "所有人合计每分钟的请求数");
    public static readonly BilingualText LatencyGoal = new("seconds to the whole answer that 95% keep to", "95% 的完整回答应在多少秒内完成");
    public static readonly BilingualText FirstTokenGoal = new("seconds to the first token that 95% keep to", "95% 的首个 token 应在多少秒内出现");
    public static readonly BilingualText TeamWeights = new("weights: bf16, fp8, int8, awq, w4a16, or a GGUF quantization (default: what suits the engine)", "权重格式：bf16、fp8、int8、awq、w4a16 或 GGUF 量化格式（默认按引擎选择）");
    public static readonly BilingualText ServingEngine = new("the engine (default: auto, the one that needs the fewest nodes)", "推理引擎（默认 auto，选所需节点最少的）");
    public static readonly BilingualText TeamNodes = new("equal nodes to use (default: auto, as few as do)", "相同节点的数量（默认 auto，够用即可）");
    public static readonly BilingualText Machine = new(
        "plan for another machine: words such as \"2x rtx-3090, 64 GB ddr4-3200 2ch\", or a file as `deepfit detect --json` prints it",
        "为另一台机器做规划：用文字描述，例如 \"2x rtx-3090, 64 GB ddr4-3200 2ch\"，或机器文件（格式同 `deepfit detect --json` 的输出）");

    public static readonly BilingualText Machines = new(
        "List and search the parts that --machine knows: GPUs, Apple chips, accelerators, processors, computers.",
        "列出或搜索 --machine 认识的部件：GPU、Apple 芯片、加速卡、处理器和整机。");

    public static readonly BilingualText MachineWords = new("words of the name, maker or architecture; none for all", "名称、厂商或架构中的关键词；不写则列出全部");
    public static readonly BilingualText MachineKind = new("only this kind", "只列这一类");
    public static readonly BilingualText MachineSources = new("show where each figure is from", "显示每个数字的来源");
    public static readonly BilingualText MachineShow = new("show how this machine is read, and what is assumed", "显示如何理解这台机器，以及作了哪些假设");

    public static readonly BilingualText Variant = new(
        "1.5b, 7b, 8b, 14b, 32b, 70b, 671b, 8b-0528, 671b-0528, another name of theirs, a GGUF file, or the http(s) address of one",
        "1.5b、7b、8b、14b、32b、70b、671b、8b-0528、671b-0528 或其别名，也可以是 GGUF 文件或其 http(s) 地址");
    public static readonly BilingualText CatalogueVariant = new(
        "1.5b, 7b, 8b, 14b, 32b, 70b, 671b, 8b-0528, 671b-0528 or another name of theirs",
        "1.5b、7b、8b、14b、32b、70b、671b、8b-0528、671b-0528 或其别名");
    public static readonly BilingualText Side = new("a variant, with a quantization if you like: 14b or 14b:Q5_K_M", "版本，可附带量化格式：14b 或 14b:Q5_K_M");
    public static readonly BilingualText OneVariant = new(
        "one of them: its published scores with sources, and what each quantization costs",
        "只看某一个：公开评测成绩及出处，以及各量化格式的损失");
    public static readonly BilingualText MoreSides = new("up to three more of them", "最多再加三个");
    public static readonly BilingualText Quant = new("quantization (default: Q4_K_M)", "量化格式（默认 Q4_K_M）");
    public static readonly BilingualText KvType = new("type of the key/value cache (default: f16)", "键值缓存类型（默认 f16）");
    public static readonly BilingualText KvTypeK = new("type of the keys alone", "仅指定键（K）的类型");
    public static readonly BilingualText KvTypeV = new("type of the values alone", "仅指定值（V）的类型");
    public static readonly BilingualText UBatch = new("tokens computed at once (default: 512)", "单次计算的 token 数（默认 512）");
    public static readonly BilingualText Parallel = new("sequences at a time (default: 1)", "并行序列数（默认 1）");
    public static readonly BilingualText FlashAttention = new("flash attention (default: on)", "flash attention 开关（默认 on）");
    public static readonly BilingualText GpuLayers = new("layers on GPUs (default: auto)", "放到 GPU 上的层数（默认 auto，自动）");
    public static readonly BilingualText CpuMoe = new("first layers whose experts stay on the CPU", "专家保留在 CPU 上的层数（从第一层算起）");
    public static readonly BilingualText Basis = new("estimated by formulas, or simulated by the engine (default: estimated)", "按公式估算，或由推理引擎模拟布局（默认 estimated）");
    public static readonly BilingualText ContextDepth = new("tokens already in the context when speed is measured (default: 0)", "测速时上下文中已有的 token 数（默认 0）");
    public static readonly BilingualText TestDriveGpuLayers = new("layers on GPUs (default: auto)", "放到 GPU 上的层数（默认 auto，自动）");

    public static readonly BilingualText Run = new(
        "Chat with a model in the terminal, or answer one question; pulls it first where it is not here.",
        "在终端中与模型对话，或回答一个问题；本机没有该模型时会先下载。");

    public static readonly BilingualText RunVariant = new(
        "a variant, with a quantization if you like (7b, 14b:Q5_K_M), or a GGUF file (default: what suits this machine best)",
        "版本，可附带量化格式（7b、14b:Q5_K_M），或 GGUF 文件（默认为最适合本机的版本）");

    public static readonly BilingualText RunQuestion = new(
        "one question to answer; standard input, where it is piped in, is put behind it", "要回答的一个问题；如有管道输入，会接在问题之后");

    public static readonly BilingualText Up = new(
        "The whole way in one command: choose a model for this machine, pull it, serve it, verify what was promised, and chat. What is done already is not done again.",
        "一条命令走完全程：为本机选择模型、下载、启动服务、验证承诺，然后开始对话。已完成的步骤不会重复。");

    public static readonly BilingualText UpPort = new("port of the server (default: a free one)", "服务端口（默认选择空闲端口）");
    public static readonly BilingualText UpParallel = new("requests that are answered at a time (default: 1)", "同时处理的请求数（默认 1）");
    public static readonly BilingualText NoVerify = new("do not hold what runs against what was promised", "跳过验证");
    public static readonly BilingualText NoChat = new("do not open a chat at the end", "完成后不进入对话");
    public static readonly BilingualText RunModel = new("run this GGUF file; all words are the question then", "运行该 GGUF 文件，此时所有词都属于问题");
    public static readonly BilingualText Connect = new("chat with a server that runs, in place of loading a model", "连接正在运行的服务进行对话，不加载模型");
    public static readonly BilingualText ApiKey = new("the server's API key (default: DEEPFIT_API_KEY)", "服务的 API 密钥（默认取 DEEPFIT_API_KEY）");
    public static readonly BilingualText LaunchQuant = new("quantization (default: what is here already, else what is recommended)", "量化格式（默认优先使用本机已有的，否则为推荐的）");
    public static readonly BilingualText LaunchContext = new("context in tokens (default: what the use needs and the memory allows)", "上下文长度（token 数，默认按用途和内存确定）");
    public static readonly BilingualText LaunchKvType = new("type of the key/value cache (default: f16, or q8_0 where that does not fit)", "键值缓存类型（默认 f16，放不下时用 q8_0）");
    public static readonly BilingualText Threads = new("threads (default: the physical cores)", "线程数（默认为物理核心数）");
    public static readonly BilingualText LaunchForce = new("start it although it would not fit", "即使放不下也强制启动");
    public static readonly BilingualText SystemPrompt = new("instructions to the model (default: none, as R1 is best used)", "系统提示（默认不使用，这是 R1 的推荐用法）");
    public static readonly BilingualText Temperature = new("how freely words are chosen, 0 to 2 (default: 0.6, as R1's makers advise)", "采样温度，0 到 2（默认 0.6，R1 官方建议值）");
    public static readonly BilingualText TopP = new("share of the likeliest words to choose from (default: 0.95)", "核采样比例（默认 0.95）");
    public static readonly BilingualText Seed = new("seed of chance: the same gives the same answer", "随机种子：相同的种子得到相同的回答");
    public static readonly BilingualText MaxTokens = new("most tokens of an answer, its reasoning counted (default: what has room)", "回答的 token 上限，含思考过程（默认不限，直到上下文用尽）");
    public static readonly BilingualText Think = new("what is shown of the reasoning (default: show in a terminal, else hide)", "思考过程的显示方式（终端中默认 show，否则 hide）");
    public static readonly BilingualText Verbose = new("tell each answer's figures in full", "显示每个回答的完整统计");

    public static readonly BilingualText UsageHeader = new("Usage:", "用法：");
    public static readonly BilingualText CommandsHeader = new("Commands:", "命令：");
    public static readonly BilingualText ArgumentsHeader = new("Arguments:", "参数：");
    public static readonly BilingualText OptionsHeader = new("Options:", "选项：");
    public static readonly BilingualText CommonHeader = new("For every command:", "通用选项：");
    public static readonly BilingualText ExamplesHeader = new("Examples:", "示例：");
    public static readonly BilingualText ExitCodesHeader = new("Exit codes:", "退出码：");
    public static readonly BilingualText CommandWord = new("[command]", "[命令]");
    public static readonly BilingualText OptionsWord = new("[options]", "[选项]");
    public static readonly BilingualText More = new(
        "More about a command: deepfit COMMAND --help",
        "查看某个命令的帮助：deepfit 命令 --help");
    public static readonly (int Code, BilingualText Meaning)[] ExitCodes =
    [
        (0, new("done", "完成")),
        (1, new("failed", "失败")),
        (2, new("wrong usage", "用法有误")),
        (3, new("nothing fits this machine", "没有适合这台机器的版本")),
    ];
}
