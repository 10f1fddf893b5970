using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>The words of <c>deepfit engine</c>.</summary>
internal static class EngineTexts
{
    public static readonly BilingualText Engine = new(
        "The engine's back ends: which are here, which would use an idle GPU, what the engine sees.",
        "推理引擎的后端：已有哪些、哪个能用上闲置的 GPU、引擎识别到什么。");

    public static readonly BilingualText List = new("List the flavours of the engine for this platform.", "列出适用于本平台的引擎版本。");

    public static readonly BilingualText Install = new(
        "Load another flavour from now on; it is fetched through npm, its hash checked, where it is not here.",
        "切换到另一个引擎版本；若本机没有，则通过 npm 下载并校验哈希。");

    public static readonly BilingualText Doctor = new("Ask the engine what it sees, and say which GPU is idle.", "询问引擎识别到的设备，并指出哪块 GPU 闲置。");

    public static readonly BilingualText Flavour = new("vulkan, cuda, metal or cpu, as `deepfit engine list` shows them", "vulkan、cuda、metal 或 cpu，见 `deepfit engine list`");

    public static readonly BilingualText Column = new("Flavour", "版本");
    public static readonly BilingualText Backends = new("Back ends", "后端");
    public static readonly BilingualText Place = new("Where", "位置");
    public static readonly BilingualText Chosen = new("in use", "使用中");
    public static readonly BilingualText Bundled = new("beside the program", "随程序附带");
    public static readonly BilingualText Installed = new("installed", "已安装");
    public static readonly BilingualText Devices = new("The engine sees", "引擎识别到");

    public static BilingualText Missing(string id) => new($"not here: deepfit engine install {id}", $"未安装：deepfit engine install {id}");

    public static BilingualText Now(string id, bool fetched) => fetched
        ? new($"{id} was fetched, and is the engine from now on.", $"已下载 {id}，今后使用该引擎。")
        : new($"{id} is the engine from now on.", $"今后使用 {id} 引擎。");

    public static BilingualText Used(string gpu) => new($"{gpu} is used.", $"{gpu} 已启用。");

    public static BilingualText Idle(string gpu, string id) => new(
        $"{gpu} is idle: `deepfit engine install {id}` gets the back end for it.", $"{gpu} 闲置：可用 `deepfit engine install {id}` 安装其后端。");

    public static BilingualText Faster(string gpu, string id) => new(
        $"{gpu} is used; `deepfit engine install {id}` gets its maker's own back end, which is usually faster.", $"{gpu} 已启用；`deepfit engine install {id}` 可安装厂商专用后端，通常更快。");

    public static BilingualText NoDriver(string gpu) => new(
        $"{gpu} is idle, although the engine has a back end for it: check its driver (for Vulkan also the loader, libvulkan).",
        $"{gpu} 闲置，但引擎已有其后端：请检查驱动（Vulkan 还需检查 libvulkan）。");

    public static BilingualText NoBackend(string gpu, string backends) => new(
        $"{gpu} is idle: it needs {backends}, for which no prebuilt engine exists. A llama-server built with it can be told the plan by `deepfit export`.",
        $"{gpu} 闲置：它需要 {backends} 后端，没有预编译版本。可自行编译 llama-server，并用 `deepfit export` 导出规划供其使用。");
}
