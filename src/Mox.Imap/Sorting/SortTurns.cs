using System.Threading.Channels;

namespace Mox.Imap.Sorting;

/// <summary>Sorts and threads that run at once, of all sessions together: each needs memory for all messages that it looks at.</summary>
internal sealed class SortTurns
{
    private const int MaxAtOnce = 4;

    private readonly Channel<bool> _turns = Channel.CreateBounded<bool>(MaxAtOnce);

    /// <summary>Runs work when it is its turn.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _turns.Writer.WriteAsync(true, cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _turns.Reader.TryRead(out _);
        }
    }
}
