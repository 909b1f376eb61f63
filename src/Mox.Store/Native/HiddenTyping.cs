using System.Runtime.InteropServices;
using System.Text;

namespace Mox.Store;

/// <summary>The terminal of the process while it shows nothing of what is typed: for passwords. Until it is disposed of; a signal ends it, too.</summary>
/// <remarks>
/// .NET's own console turns the echo off for each key that it reads, and on again: what is typed or pasted in between is shown. The kernel edits the
/// line (backspace, Ctrl-U), so a read brings a whole one.
/// </remarks>
public sealed partial class HiddenTyping : IDisposable
{
    // struct termios of Linux: four words of flags, of which the last are the local ones.
    private const int SettingsBytes = 128;
    private const int LocalFlags = 12;
    private const uint Echo = 8;

    // TCSAFLUSH: what was typed before is forgotten.
    private const int AndForgetInput = 2;
    private const int MaxLineBytes = 4096;

    private readonly FileStream _terminal;
    private readonly byte[] _before;
    private readonly List<PosixSignalRegistration> _signals = [];

    private HiddenTyping(FileStream terminal, byte[] before)
    {
        (_terminal, _before) = (terminal, before);
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            // What the signal does otherwise, ending the process, follows.
            _signals.Add(PosixSignalRegistration.Create(signal, _ => Restore()));
        }
    }

    /// <summary>Begins; null where there is no terminal, or no way to do so on this system.</summary>
    public static HiddenTyping? Begin()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        FileStream? terminal = null;
        try
        {
            terminal = new FileStream("/dev/tty", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            byte[] before = new byte[SettingsBytes];
            if (GetSettings((int)terminal.SafeFileHandle.DangerousGetHandle(), ref before[0]) == 0)
            {
                byte[] hidden = [.. before];
                Span<byte> flags = hidden.AsSpan(LocalFlags);
                MemoryMarshal.Write(flags, MemoryMarshal.Read<uint>(flags) & ~Echo);
                var typing = new HiddenTyping(terminal, before);
                _ = SetSettings((int)terminal.SafeFileHandle.DangerousGetHandle(), AndForgetInput, ref hidden[0]);
                return typing;
            }

            terminal.Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            terminal?.Dispose();
            return null;
        }
    }

    /// <summary>A line, without its end; null when there is no more input.</summary>
    public string? ReadLine()
    {
        byte[] line = new byte[MaxLineBytes];
        int length = _terminal.Read(line);
        return length == 0 ? null : Encoding.UTF8.GetString(line, 0, length).TrimEnd('\n', '\r');
    }

    /// <summary>What is typed is shown again.</summary>
    public void Dispose()
    {
        Restore();
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _terminal.Dispose();
    }

    private void Restore()
    {
        byte[] before = [.. _before];
        _ = SetSettings((int)_terminal.SafeFileHandle.DangerousGetHandle(), AndForgetInput, ref before[0]);
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetSettings(int file, ref byte settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetSettings(int file, int when, ref byte settings);
}
