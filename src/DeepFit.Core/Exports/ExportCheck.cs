using System.Net;
using System.Net.Sockets;
using DeepFit.Core.Text;

namespace DeepFit.Core.Exports;

/// <summary>What exported files must not hold.</summary>
public static class ExportCheck
{
    private const int LongestName = 40;

    /// <summary>Checks every text that a person gave.</summary>
    /// <exception cref="UserErrorException">One cannot be written into a file safely.</exception>
    public static void Settings(ExportSettings settings)
    {
        Printable("--model", settings.Model);
        Printable("--image", settings.Image);
        Printable("--program", settings.Program);
        Printable("--host", settings.Host);
        Name("--name", settings.Service, LongestName);
        Name("--namespace", settings.Namespace, 63);
        Variable(settings.ApiKeyVariable);
        Host("--host", settings.Host);
        foreach (string worker in settings.Workers)
        {
            Host("--workers", worker);
            string bare = worker.StartsWith('[') && worker.EndsWith(']') ? worker[1..^1] : worker;
            bool isAddress = IPAddress.TryParse(bare, out IPAddress? address);
            if (bare.ContainsAny('[', ']') || (!isAddress && bare.Contains(':', StringComparison.Ordinal)))
            {
                // with a port it is no address to check, and none that the scripts could use
                throw new UserErrorException(new(
                    $"--workers takes host names or addresses without a port, not '{worker}'.", $"--workers 的值应为不带端口的主机名或地址，而不是“{worker}”。"));
            }

            if (isAddress && !IsPrivate(address!))
            {
                throw new UserErrorException(new(
                    $"--workers {worker} is not a private address. llama.cpp's RPC server has no password and no encryption and must never be reachable from an open network: use addresses of a private network, such as 10.0.0.2.",
                    $"--workers 中的 {worker} 不是内网地址。llama.cpp 的 RPC 服务没有密码也不加密，绝不能暴露在开放网络上：请使用内网地址，例如 10.0.0.2。"));
            }
        }
    }

    /// <summary>Whether an address cannot be reached from the internet.</summary>
    internal static bool IsPrivate(IPAddress address)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(address))
        {
            return true;
        }

        byte[] bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? address.IsIPv6UniqueLocal || address.IsIPv6LinkLocal
            : bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31) || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 169 && bytes[1] == 254)
                || (bytes[0] == 100 && bytes[1] is >= 64 and <= 127);
    }

    private static void Printable(string option, string? text)
    {
        if (text is not null && (text.Length == 0 || text.Any(c => char.IsControl(c) || char.IsSurrogate(c) && !IsPaired(text, c) || c is '\u2028' or '\u2029' or '\uFEFF')))
        {
            throw new UserErrorException(new(
                $"{option} is empty or holds a control character, which no file can carry safely. Rename it.",
                $"{option} 为空或含有控制字符，无法安全地写入文件。请改名后再试。"));
        }
    }

    private static bool IsPaired(string text, char surrogate)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]))
            {
                if (i + 1 >= text.Length || !char.IsLowSurrogate(text[++i]))
                {
                    return false;
                }
            }
            else if (char.IsLowSurrogate(text[i]))
            {
                return false;
            }
        }

        return char.IsSurrogate(surrogate);
    }

    private static void Name(string option, string name, int longest)
    {
        // a DNS label, which Kubernetes asks for (RFC 1123), and which every other target takes too; a Service's must begin with a letter (RFC 1035)
        if (name.Length is 0 || name.Length > longest || !char.IsAsciiLetterLower(name[0]) || name[^1] == '-'
            || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
        {
            throw new UserErrorException(new(
                $"{option} takes lower-case letters, digits and dashes, a letter first and at most {longest} of them, not '{name}'.",
                $"{option} 只能由小写字母、数字和连字符组成，以字母开头，最多 {longest} 个字符，而不是“{name}”。"));
        }
    }

    private static void Variable(string? name)
    {
        if (name is not null && (name.Length == 0 || char.IsAsciiDigit(name[0]) || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_')))
        {
            throw new UserErrorException(new(
                $"--api-key-env takes the name of a variable, such as DEEPFIT_API_KEY, not '{name}'. The key itself never goes into a file.",
                $"--api-key-env 的值应为环境变量名，例如 DEEPFIT_API_KEY，而不是“{name}”。密钥本身不会写入文件。"));
        }
    }

    private static void Host(string option, string host)
    {
        if (host.Length == 0 || host.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or ':' or '[' or ']' or '%')))
        {
            throw new UserErrorException(new(
                $"{option} takes host names or addresses, not '{host}'.", $"{option} 的值应为主机名或地址，而不是“{host}”。"));
        }
    }
}
