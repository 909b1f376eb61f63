using System.Text;

namespace Mox.Host.Logging;

/// <summary>
/// Writes lines to a stream from a thread of its own, so that sessions do not wait for a terminal or a pipe. The queue is bounded: when the
/// reader of the log stands still for long, sessions wait too, and nothing is lost.
/// </summary>
/// <remarks>A monitor, since it sleeps at once: a blocking collection spins, which cost a fifth of the processor time of a delivery.</remarks>
internal sealed class LogOutput : IDisposable
{
    private const int MaxQueuedLines = 4096;

    // After a write, for more lines to come: under load one change of threads serves many lines.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(5);

    private readonly Queue<string> _lines = new();
    private readonly Stream _stream;
    private readonly Thread _thread;
    private bool _isAsleep;
    private bool _closed;

    public LogOutput(Stream stream)
    {
        _stream = stream;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Takes a line with its line end. What is logged after the output was closed has nowhere to go.</summary>
    public void Write(string line)
    {
        lock (_lines)
        {
            while (_lines.Count >= MaxQueuedLines && !_closed)
            {
                Monitor.PulseAll(_lines);
                Monitor.Wait(_lines);
            }

            if (!_closed)
            {
                _lines.Enqueue(line);
                if (_isAsleep)
                {
                    _isAsleep = false;
                    Monitor.PulseAll(_lines);
                }
            }
        }
    }

    /// <summary>Writes what is queued, and ends.</summary>
    public void Dispose()
    {
        lock (_lines)
        {
            _closed = true;
            Monitor.PulseAll(_lines);
        }

        _thread.Join(TimeSpan.FromSeconds(2));
    }

    private void Run()
    {
        var text = new StringBuilder();
        while (Take(text))
        {
            try
            {
                _stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
                _stream.Flush();
            }
            catch (IOException)
            {
                // The reader of the log is gone. Mail goes on.
            }

            WaitForMore();
        }
    }

    private void WaitForMore()
    {
        lock (_lines)
        {
            if (!_closed && _lines.Count < MaxQueuedLines)
            {
                Monitor.Wait(_lines, Gather);
            }
        }
    }

    /// <summary>Moves all that is queued into the text; waits for a line. False when there will be none.</summary>
    private bool Take(StringBuilder text)
    {
        text.Clear();
        lock (_lines)
        {
            while (_lines.Count == 0 && !_closed)
            {
                _isAsleep = true;
                Monitor.Wait(_lines);
            }

            _isAsleep = false;

            while (_lines.TryDequeue(out string? line))
            {
                text.Append(line);
            }

            Monitor.PulseAll(_lines);
            return text.Length > 0;
        }
    }
}
