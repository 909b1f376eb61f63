using System.Net.Sockets;
using System.Text;

namespace Mox.Host.Control;

/// <summary>
/// The socket file by which the operator's commands talk to a running server: <c>data/ctl</c>. Who may write to the file may do everything, so
/// it has mode 0600 from the moment it has its name.
/// </summary>
internal sealed class ControlSocket(string path) : IDisposable
{
    // Of sockaddr_un, with the zero at the end: 108 on Linux, 104 on BSD and macOS.
    private static readonly int MaxPathBytes = (OperatingSystem.IsLinux() ? 108 : 104) - 1;

    private const string UnboundSuffix = ".new";
    private const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where it is.</summary>
    public string FilePath { get; } = path;

    /// <summary>Where it is in a data directory.</summary>
    /// <exception cref="UserErrorException">The path is longer than the system allows for a socket.</exception>
    public static string PathIn(string dataDirectory)
    {
        string path = System.IO.Path.Combine(dataDirectory, "ctl");
        int length = Encoding.UTF8.GetByteCount(path + UnboundSuffix);
        return length <= MaxPathBytes
            ? path
            : throw new UserErrorException(
                $"the data directory {dataDirectory} has too long a path for the control socket in it: {length - MaxPathBytes} bytes over what the system allows; "
                + "use a directory with a shorter path (Mox:DataDirectory, or --dir for localserve)");
    }

    /// <summary>Whether a server answers there.</summary>
    public static bool IsAlive(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>
    /// A listening socket with that name. What a dead process left is replaced.
    /// </summary>
    /// <exception cref="UserErrorException">A live process has it, or the directory cannot be written.</exception>
    public static Socket Bind(string path)
    {
        if (IsAlive(path))
        {
            throw new UserErrorException($"another server answers on the control socket {path}: stop it first (mox stop), or use another data directory");
        }

        // Bound under another name and renamed when it is private and listens: nobody finds it half made.
        string unbound = path + UnboundSuffix;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(unbound);
            socket.Bind(new UnixDomainSocketEndPoint(unbound));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(unbound, ReadWrite);
            }

            socket.Listen(Backlog);
            File.Move(unbound, path, overwrite: true);
            return socket;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            socket.Dispose();
            throw new UserErrorException($"the control socket {path} cannot be made: {e.Message.TrimEnd('.')}: correct the permissions of its directory", e);
        }
    }

    /// <summary>Removes the file.</summary>
    /// <remarks>Called while the data directory is still locked, so it is never the file of a successor.</remarks>
    public void Dispose() => File.Delete(FilePath);

    private const int Backlog = 16;
}
