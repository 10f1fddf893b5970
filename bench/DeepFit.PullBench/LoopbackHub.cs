using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DeepFit.PullBench;

/// <summary>One file as Hugging Face serves it: the tree with its digest, and ranges over keep-alive connections. As lean as it can be, since it shares the machine with what is measured.</summary>
internal sealed class LoopbackHub : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly SafeFileHandle file;
    private readonly string digest;

    public LoopbackHub(string path, string digest)
    {
        file = File.OpenHandle(path);
        this.digest = digest;
        listener.Start(64);
        _ = AcceptAsync();
    }

    public string Endpoint => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public void Dispose()
    {
        listener.Dispose();
        file.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptSocketAsync();
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // over
        }
    }

    private void Serve(Socket socket)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            using (socket)
            {
                socket.NoDelay = true;
                while (ReadHead(socket) is { } head)
                {
                    string target = head.Split(' ')[1];
                    if (target.StartsWith("/api/", StringComparison.Ordinal))
                    {
                        long size = RandomAccess.GetLength(file);
                        string tree = $$$"""[{"type":"file","size":{{{size}}},"path":"model-Q4_K_M.gguf","lfs":{"oid":"{{{digest}}}","size":{{{size}}}} }]""";
                        socket.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {tree.Length}\r\n\r\n{tree}"));
                        continue;
                    }

                    Send(socket, head, buffer);
                }
            }
        }
        catch (SocketException)
        {
            // the client went away
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Send(Socket socket, string head, byte[] buffer)
    {
        long length = RandomAccess.GetLength(file);
        long from = 0;
        long to = length - 1;
        int range = head.IndexOf("range: bytes=", StringComparison.OrdinalIgnoreCase);
        if (range >= 0)
        {
            string[] ends = head[(range + 13)..head.IndexOf('\r', range)].Split('-');
            from = long.Parse(ends[0], CultureInfo.InvariantCulture);
            to = ends[1].Length > 0 ? Math.Min(to, long.Parse(ends[1], CultureInfo.InvariantCulture)) : to;
        }

        string status = range >= 0 ? $"206 Partial Content\r\nContent-Range: bytes {from}-{to}/{length}" : "200 OK";
        socket.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {to - from + 1}\r\nETag: \"one\"\r\nAccept-Ranges: bytes\r\n\r\n"));
        while (from <= to)
        {
            int read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - from + 1)), from);
            for (int sent = 0; sent < read;)
            {
                sent += socket.Send(buffer.AsSpan(sent, read - sent));
            }

            from += read;
        }
    }

    private static string? ReadHead(Socket socket)
    {
        var head = new StringBuilder();
        byte[] bytes = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            int read = socket.Receive(bytes);
            if (read == 0)
            {
                return null;
            }

            head.Append(Encoding.ASCII.GetString(bytes, 0, read));
        }

        return head.ToString();
    }
}
