namespace Mox.Net.Sasl;

/// <summary>Connections by the account that has logged in on them, so that they end when the account is removed or may not log in any more.</summary>
/// <param name="mayStay">Whether an account may be logged in now; asked by any thread.</param>
/// <remarks>Thread-safe. As large as there are connections that are logged in.</remarks>
public sealed class LoginSessions(Func<string, bool> mayStay)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<Session>> _accounts = new(StringComparer.Ordinal);

    /// <summary>Notes a connection until the result is disposed of.</summary>
    /// <param name="account">Who has logged in.</param>
    /// <param name="end">Ends the connection, without waiting for that. Called by any thread, at most once, also from here: the account may have gone while it logged in.</param>
    public IDisposable Add(string account, Action end)
    {
        var session = new Session(this, account, end);
        lock (_gate)
        {
            if (!_accounts.TryGetValue(account, out HashSet<Session>? sessions))
            {
                _accounts.Add(account, sessions = []);
            }

            sessions.Add(session);
        }

        // After it was noted: either this sees a change, or the review that follows the change sees the session.
        if (!mayStay(account) && Remove(session))
        {
            end();
        }

        return session;
    }

    /// <summary>Ends the connections of accounts that may not stay; returns how many. To be called after each change.</summary>
    public int Review()
    {
        string[] accounts;
        lock (_gate)
        {
            accounts = [.. _accounts.Keys];
        }

        int ended = 0;
        foreach (string account in accounts.Where(account => !mayStay(account)))
        {
            HashSet<Session>? sessions;
            lock (_gate)
            {
                _accounts.Remove(account, out sessions);
            }

            foreach (Session session in sessions ?? [])
            {
                session.End();
                ended++;
            }
        }

        return ended;
    }

    private bool Remove(Session session)
    {
        lock (_gate)
        {
            bool isThere = _accounts.TryGetValue(session.Account, out HashSet<Session>? sessions) && sessions.Remove(session);
            if (isThere && sessions!.Count == 0)
            {
                _accounts.Remove(session.Account);
            }

            return isThere;
        }
    }

    private sealed class Session(LoginSessions owner, string account, Action end) : IDisposable
    {
        public string Account => account;

        public void End() => end();

        public void Dispose() => owner.Remove(this);
    }
}
