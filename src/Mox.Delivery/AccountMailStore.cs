using Mox.Store;

namespace Mox.Delivery;

/// <summary>The store of all accounts, as delivery uses it.</summary>
internal sealed class AccountMailStore(AccountStore accounts) : IMailStore
{
    public async ValueTask CheckAsync(string account, long sizeBytes, CancellationToken ct)
    {
        using var lease = await accounts.OpenAsync(account, ct);
        lease.Account.CheckQuota(1, sizeBytes);
    }

    public IMailSpool CreateSpool() => new Spool(accounts);

    public void Record(DmarcEvaluation evaluation) => accounts.DmarcEvaluations.Record(evaluation);

    private sealed class Spool(AccountStore accounts) : IMailSpool
    {
        private readonly SpooledMessageWriter _writer = accounts.CreateSpool();
        private SpooledMessage? _message;

        private SpooledMessage Message => _message ?? throw new InvalidOperationException("The content is not finished.");

        public void Write(ReadOnlySpan<byte> bytes) => _writer.Write(bytes);

        public void Finish() => _message = _writer.Finish();

        public Stream OpenStream() => Message.OpenStream();

        public void BeginFlush() => Message.BeginFlush();

        public async Task DeliverAsync(MailTarget target, CancellationToken ct)
        {
            using var lease = await accounts.OpenAsync(target.Account, ct);
            await lease.Account.DeliverAsync(target.Mailbox, new NewMessage
            {
                Content = Message,
                Prefix = target.Prefix,
                ReceivedAt = target.ReceivedAt,
                MailFrom = target.MailFrom,
                RcptTo = target.RcptTo,
                RemoteIp = target.Peer.RemoteIp.ToString(),
                EhloDomain = target.Peer.Hello.ToString(),
                TlsProtocol = target.Peer.Tls?.ProtocolName,
                TlsCipherSuite = target.Peer.Tls?.CipherSuite.ToString(),
                Evidence = target.Evidence,
            }, ct);
        }

        public void Dispose()
        {
            _writer.Dispose();
            _message?.Dispose();
        }
    }
}
