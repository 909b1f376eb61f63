using Mox.Net.Sasl;

namespace Mox.Store;

/// <summary>Sets and checks the passwords of accounts.</summary>
internal sealed class AccountPasswords(AccountStore store, StoreOptions options, TimeProvider timeProvider) : IDisposable
{
    private readonly PasswordHashing _hashing = new();
    private readonly RememberedLogins _remembered = new(options.RememberLogins, timeProvider);

    public async Task SetAsync(string account, string password, CancellationToken cancellationToken)
    {
        if (!OpaqueString.TryPrepare(password, out string prepared))
        {
            throw new ArgumentException(
                $"Not a password: it must not be empty, nor over {OpaqueString.MaxBytes} bytes, nor have control characters.", nameof(password));
        }

        using AccountLease lease = await store.OpenAsync(account, cancellationToken);
        await WriteAsync(lease.Account, prepared, cancellationToken);
    }

    /// <summary>Checks a password; for an unknown account (null) the same work is done in vain.</summary>
    public async Task<bool> VerifyAsync(string? account, ScramVerifier fake, string password, CancellationToken cancellationToken)
    {
        if (!OpaqueString.TryPrepare(password, out string prepared))
        {
            prepared = "\0";
        }

        if (account is null)
        {
            await _hashing.VerifyAsync(fake, prepared, cancellationToken);
            return false;
        }

        if (_remembered.Matches(account, prepared))
        {
            return true;
        }

        using AccountLease lease = await store.OpenAsync(account, cancellationToken);
        ScramVerifier? verifier = lease.Account.Read(database => Credentials.ReadScram(database, ScramHash.Sha256));
        if (!await _hashing.VerifyAsync(verifier ?? fake, prepared, cancellationToken) || verifier is null)
        {
            return false;
        }

        ScramVerifier? now = lease.Account.Read(database => Credentials.ReadScram(database, ScramHash.Sha256));
        if (now is null || !now.StoredKey.AsSpan().SequenceEqual(verifier.StoredKey))
        {
            // Changed while we hashed.
            return false;
        }

        if (verifier.Iterations < options.ScramIterations)
        {
            await WriteAsync(lease.Account, prepared, cancellationToken);
        }

        _remembered.Remember(account, prepared);
        return true;
    }

    public async Task<ScramVerifier?> FindScramAsync(string account, ScramHash hash, CancellationToken cancellationToken)
    {
        using AccountLease lease = await store.OpenAsync(account, cancellationToken);
        return lease.Account.Read(database => Credentials.ReadScram(database, hash));
    }

    public async Task<byte[]?> FindCramMd5Async(string account, CancellationToken cancellationToken)
    {
        using AccountLease lease = await store.OpenAsync(account, cancellationToken);
        return lease.Account.Read(Credentials.ReadCramMd5);
    }

    /// <summary>Passwords of an account that is gone are not remembered for another of its name.</summary>
    public void Forget(string account) => _remembered.Forget(account);

    public void Dispose() => _hashing.Dispose();

    private async Task WriteAsync(Account account, string prepared, CancellationToken cancellationToken)
    {
        var verifiers = new List<ScramVerifier>
        {
            await _hashing.DeriveAsync(ScramHash.Sha256, prepared, options.ScramIterations, cancellationToken),
        };
        if (options.Sasl.ScramSha1)
        {
            verifiers.Add(await _hashing.DeriveAsync(ScramHash.Sha1, prepared, options.ScramIterations, cancellationToken));
        }

        await account.WriteAsync(
            context =>
            {
                Credentials.Write(context.Database, verifiers, options.Sasl.CramMd5 ? prepared : null, context.Now);
                return true;
            },
            cancellationToken);
        _remembered.Forget(account.Name);
    }
}
