using System.Text;

namespace Mox.Config;

/// <summary>Files that only we may read, named by the configuration: keys and passwords.</summary>
public static class SecretFile
{
    private const int MaxLineBytes = 4096;
    private const int MaxFileBytes = 64 * 1024;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Whether users other than the owner could read or change it; never on Windows, where the profile protects it.</summary>
    /// <exception cref="IOException">It is not there, or its directory cannot be read.</exception>
    public static bool IsOpenToOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;

    /// <summary>The text in it, of one line; what follows the line is left out.</summary>
    /// <exception cref="IOException">It cannot be read, holds nothing, or others can read it; the message says what to do.</exception>
    public static string ReadText(string path)
    {
        ReadOnlySpan<byte> line = Read(path, MaxLineBytes);
        int end = line.IndexOfAny((byte)'\r', (byte)'\n');
        line = end < 0 ? line : line[..end];
        return line.IsEmpty ? throw new IOException($"{path} holds nothing in its first line: write the secret there") : Encoding.UTF8.GetString(line);
    }

    /// <summary>All the text in it, as of a key; at most 64 KiB.</summary>
    /// <exception cref="IOException">It cannot be read, is too long, or others can read it; the message says what to do.</exception>
    public static string ReadAll(string path) => Read(path, MaxFileBytes + 1) is { Length: <= MaxFileBytes } bytes
        ? Encoding.UTF8.GetString(bytes)
        : throw new IOException($"{path} is longer than {MaxFileBytes / 1024} KiB: it is no key");

    private static byte[] Read(string path, int maxBytes)
    {
        try
        {
            if (IsOpenToOthers(path))
            {
                throw new IOException($"{path} can be read by other users: chmod 600 it");
            }

            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[maxBytes];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path} cannot be read: give it to the user that mox runs as", e);
        }
    }
}
