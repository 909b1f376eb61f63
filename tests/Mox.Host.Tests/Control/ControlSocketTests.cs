using System.Net.Sockets;
using Mox.Host.Control;
using Mox.Testing;

namespace Mox.Host.Tests.Control;

public class ControlSocketTests
{
    private const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void Bind_NewSocket_IsPrivateAndAnswers()
    {
        using var directory = new TempDirectory();
        string path = ControlSocket.PathIn(directory.Path);
        Assert.False(ControlSocket.IsAlive(path));
        using (Socket socket = ControlSocket.Bind(path))
        {
            Assert.True(ControlSocket.IsAlive(path));
            Assert.Equal([path], Directory.GetFileSystemEntries(directory.Path));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(ReadWrite, File.GetUnixFileMode(path));
            }
        }

        new ControlSocket(path).Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public void Bind_SocketOfADeadProcess_IsReplaced()
    {
        using var directory = new TempDirectory();
        string path = ControlSocket.PathIn(directory.Path);
        ControlSocket.Bind(path).Dispose();
        Assert.True(File.Exists(path));
        Assert.False(ControlSocket.IsAlive(path));
        Assert.Null(ControlClient.TryConnect(directory.Path));
        using Socket again = ControlSocket.Bind(path);
        Assert.True(ControlSocket.IsAlive(path));
    }

    [Fact]
    public void Bind_SocketOfALiveProcess_IsRefusedAndLeft()
    {
        using var directory = new TempDirectory();
        string path = ControlSocket.PathIn(directory.Path);
        using Socket first = ControlSocket.Bind(path);
        var e = Assert.Throws<UserErrorException>(() => ControlSocket.Bind(path));
        Assert.StartsWith($"another server answers on the control socket {path}: ", e.Message, StringComparison.Ordinal);
        Assert.True(ControlSocket.IsAlive(path));
    }

    [Fact]
    public void PathIn_LongestThatTheSystemTakes_CanBeBound()
    {
        using var directory = new TempDirectory();
        // "/ctl.new" is what is bound, at most 107 bytes.
        string data = directory.Path + "/" + new string('x', 107 - "/ctl.new".Length - directory.Path.Length - 1);
        Directory.CreateDirectory(data);
        using Socket socket = ControlSocket.Bind(ControlSocket.PathIn(data));
        Assert.True(ControlSocket.IsAlive(ControlSocket.PathIn(data)));
    }

    [Theory]
    [InlineData("x", 1)]
    [InlineData("\u00e9", 2)]
    public void PathIn_OneByteTooLong_SaysWhatToDo(string letter, int bytes)
    {
        using var directory = new TempDirectory();
        string data = directory.Path + "/" + new string('x', 107 - "/ctl.new".Length - directory.Path.Length - bytes) + letter;
        var e = Assert.Throws<UserErrorException>(() => ControlSocket.PathIn(data));
        Assert.Contains(data, e.Message, StringComparison.Ordinal);
        Assert.Contains(": 1 bytes over", e.Message, StringComparison.Ordinal);
        Assert.Contains("Mox:DataDirectory", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Connect_NoServer_SaysSo()
    {
        using var directory = new TempDirectory();
        var e = Assert.Throws<UserErrorException>(() => ControlClient.Connect(directory.Path));
        Assert.Equal($"no server is running on {directory.Path}: start it first", e.Message);
    }
}
