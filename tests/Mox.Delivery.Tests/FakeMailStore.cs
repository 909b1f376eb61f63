using System.Text;
using Mox.Store;

namespace Mox.Delivery.Tests;

/// <summary>Keeps what is delivered in memory, and fails as the test says.</summary>
internal sealed class FakeMailStore : IMailStore
{
    public List<(MailTarget Target, string Text)> Delivered { get; } = [];

    /// <summary>What is kept for reports.</summary>
    public List<DmarcEvaluation> Evaluations { get; } = [];

    /// <summary>Throws at a step: "check", "write" or "deliver", for an account.</summary>
    public Action<string, string> At { get; set; } = (_, _) => { };

    public int Open { get; private set; }

    public int Spools { get; private set; }

    public IEnumerable<string> Accounts => Delivered.Select(d => d.Target.Account).Order();

    public ValueTask CheckAsync(string account, long sizeBytes, CancellationToken ct)
    {
        At("check", account);
        return ValueTask.CompletedTask;
    }

    public IMailSpool CreateSpool()
    {
        Open++;
        Spools++;
        return new Spool(this);
    }

    public void Record(DmarcEvaluation evaluation) => Evaluations.Add(evaluation);

    private sealed class Spool(FakeMailStore store) : IMailSpool
    {
        private readonly MemoryStream _content = new();
        private bool _isFinished;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            store.At("write", "");
            _content.Write(bytes);
        }

        public void Finish() => _isFinished = true;

        public Stream OpenStream()
        {
            Assert.True(_isFinished);
            return new MemoryStream(_content.ToArray(), writable: false);
        }

        public void BeginFlush() => Assert.True(_isFinished);

        public async Task DeliverAsync(MailTarget target, CancellationToken ct)
        {
            Assert.True(_isFinished);
            await Task.Yield();
            store.At("deliver", target.Account);
            lock (store.Delivered)
            {
                store.Delivered.Add((target, Encoding.UTF8.GetString(target.Prefix.Span) + Encoding.UTF8.GetString(_content.ToArray())));
            }
        }

        public void Dispose() => store.Open--;
    }
}
