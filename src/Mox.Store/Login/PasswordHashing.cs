using Mox.Net.Sasl;

namespace Mox.Store;

/// <summary>Runs password hashing on at most half the cores: many logins at once wait here, and the rest of the server does not.</summary>
internal sealed class PasswordHashing : IDisposable
{
    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount / 2));

    public Task<ScramVerifier> DeriveAsync(ScramHash hash, string password, int iterations, CancellationToken cancellationToken) =>
        RunAsync(() => ScramVerifier.Derive(hash, password, iterations), cancellationToken);

    public Task<bool> VerifyAsync(ScramVerifier verifier, string password, CancellationToken cancellationToken) =>
        RunAsync(() => verifier.Verify(password), cancellationToken);

    public void Dispose() => _slots.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            _slots.Release();
        }
    }
}
