using System.Collections.Concurrent;
using System.Text;

namespace Mox.Host.Logging;

/// <summary>
/// Writes lines to a stream from a thread of its own, so that sessions do not wait for a terminal or a pipe. The queue is bounded: when the
/// reader of the log stands still for long, sessions wait too, and nothing is lost.
/// </summary>
internal sealed class LogOutput : IDisposable
{
    private const int MaxQueuedLines = 4096;
    private readonly BlockingCollection<string> _lines = new(MaxQueuedLines);
    private readonly Stream _stream;
    private readonly Thread _thread;

    public LogOutput(Stream stream)
    {
        _stream = stream;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Takes a line with its line end.</summary>
    public void Write(string line)
    {
        try
        {
            _lines.Add(line);
        }
        catch (InvalidOperationException)
        {
            // The program ends: what is logged after the output was closed has nowhere to go.
        }
    }

    /// <summary>Writes what is queued, and ends.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        _thread.Join(TimeSpan.FromSeconds(2));
    }

    private void Run()
    {
        var buffer = new byte[16 * 1024];
        foreach (string line in _lines.GetConsumingEnumerable())
        {
            try
            {
                int length = Encoding.UTF8.GetByteCount(line);
                buffer = length > buffer.Length ? new byte[length] : buffer;
                Encoding.UTF8.GetBytes(line, buffer);
                _stream.Write(buffer, 0, length);
                if (_lines.Count == 0)
                {
                    _stream.Flush();
                }
            }
            catch (IOException)
            {
                // The reader of the log is gone. Mail goes on.
            }
        }
    }
}
