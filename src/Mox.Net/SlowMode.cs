using System.IO.Pipelines;

namespace Mox.Net;

/// <summary>How clients are served that try passwords or send nonsense: so slowly that it does not pay.</summary>
public static class SlowMode
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(25);

    /// <summary>How long a reply may drip: some seconds less than a write may take, and 25 s at most.</summary>
    public static TimeSpan Budget(TimeSpan writeTimeout) => writeTimeout - Reserve < Longest ? writeTimeout - Reserve : Longest;

    /// <summary>The wait before each read.</summary>
    public static Task PauseAsync(TimeProvider time, CancellationToken cancellationToken) => Task.Delay(Step, time, cancellationToken);

    /// <summary>
    /// Writes a byte a second, the rest at the end of <paramref name="budget"/> or when <paramref name="stopping"/> fires. False when the
    /// peer is gone.
    /// </summary>
    public static async ValueTask<bool> WriteAsync(
        PipeWriter output, ReadOnlyMemory<byte> bytes, TimeSpan budget, TimeProvider time, CancellationToken stopping, CancellationToken cancellationToken)
    {
        for (var spent = TimeSpan.Zero; spent < budget && bytes.Length > 1 && !stopping.IsCancellationRequested; spent += Step)
        {
            if ((await output.WriteAsync(bytes[..1], cancellationToken)).IsCompleted)
            {
                return false;
            }

            bytes = bytes[1..];
            await Task.Delay(Step, time, cancellationToken);
        }

        return !(await output.WriteAsync(bytes, cancellationToken)).IsCompleted;
    }
}
