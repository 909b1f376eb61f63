using Mox.Smtp.Server;

namespace Mox.Smtp.Tests.Server;

/// <summary>Takes mail for @here.example, knows "gone" as unknown after the content, and fails as the test says.</summary>
internal sealed class FakeInboundMail : IInboundMail
{
    public List<FakeTransaction> Transactions { get; } = [];

    public List<FakeTransaction> Delivered => Transactions.FindAll(t => t.Facts is not null && t.Result.IsPositive);

    /// <summary>Makes a failure of the next steps.</summary>
    public Action<string> At { get; set; } = _ => { };

    public SmtpReply Result { get; set; } = new(250, 2, 0, 0, "delivered");

    public TimeSpan Delay { get; set; }

    public bool IsHeldAgainstClient { get; set; } = true;

    public bool KeepsContent { get; set; } = true;

    public Func<Task> BeforeResult { get; set; } = () => Task.CompletedTask;

    public ValueTask<IMailTransaction> BeginAsync(SmtpPeer peer, Envelope envelope, CancellationToken ct)
    {
        At("mail");
        var transaction = new FakeTransaction { Peer = peer, Envelope = envelope, Owner = this };
        lock (Transactions)
        {
            Transactions.Add(transaction);
        }
        return new(transaction);
    }
}

internal sealed class FakeTransaction : IMailTransaction
{
    public FakeInboundMail? Owner { get; init; }

    public SmtpPeer? Peer { get; init; }

    public Envelope? Envelope { get; init; }

    public List<ForwardPath> Recipients { get; } = [];

    public List<RecipientRequest> Requests { get; } = [];

    public MemoryStream Content { get; } = new();

    public ContentFacts? Facts { get; private set; }

    public SmtpReply Result { get; private set; } = new(451, null, "not delivered");

    public int Disposed { get; private set; }

    public string Text => System.Text.Encoding.UTF8.GetString(Content.ToArray());

    public ValueTask<SmtpReply> AddRecipientAsync(RecipientRequest request, CancellationToken ct)
    {
        var recipient = request.Path;
        Owner!.At("rcpt");
        if (recipient.Host?.Domain?.Ascii is not ("here.example" or null))
        {
            return new(new SmtpReply(550, 5, 1, 1, "no relaying"));
        }
        Recipients.Add(recipient);
        Requests.Add(request);
        return new(new SmtpReply(250, 2, 1, 5, "ok"));
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Owner?.At("write");
        if (Owner?.KeepsContent != false)
        {
            Content.Write(bytes);
        }
    }

    public async ValueTask<InboundResult> DeliverAsync(ContentFacts content, CancellationToken ct)
    {
        Owner!.At("deliver");
        await Owner.BeforeResult();
        (Facts, Result) = (content, Owner.Result);
        return new InboundResult(Owner.Result, []) { Delay = Owner.Delay, IsHeldAgainstClient = Owner.IsHeldAgainstClient };
    }

    public ValueTask DisposeAsync()
    {
        Disposed++;
        return ValueTask.CompletedTask;
    }
}
