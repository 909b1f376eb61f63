using Mox.Net;

namespace Mox.Smtp.Client;

/// <summary>The times of one thing that a client does: a deadline for each wait, one for all, and the caller's token.</summary>
internal sealed class SmtpOperation : IDisposable
{
    private readonly CancellationTokenSource _total;
    private readonly CancellationToken _caller;
    private readonly IdleTimeout _timeout;

    public SmtpOperation(TimeSpan total, TimeProvider time, CancellationToken caller)
    {
        _caller = caller;
        _total = new CancellationTokenSource(total, time);
        _timeout = new IdleTimeout(time, caller, _total.Token);
    }

    public bool IsDisposed { get; private set; }

    public CancellationToken Token => _timeout.Token;

    public bool HasExpired => _timeout.HasExpired;

    public bool IsOverTotal => _total.IsCancellationRequested;

    public bool IsCanceledByCaller => _caller.IsCancellationRequested;

    public void ThrowIfCanceledByCaller() => _caller.ThrowIfCancellationRequested();

    public CancellationToken Start(TimeSpan timeout) => _timeout.Start(timeout);

    public void Stop() => _timeout.Stop();

    public void Dispose()
    {
        if (!IsDisposed)
        {
            IsDisposed = true;
            _timeout.Dispose();
            _total.Dispose();
        }
    }
}
