using System.Text;
using Mox.Addresses;
using Mox.Smtp;
using Mox.Smtp.Server;
using Mox.Store;
using Mox.Testing;

namespace Mox.Queue.Tests;

/// <summary>Mail for ourselves: what the receiving side is told, and what is made of its answers.</summary>
public sealed class LocalTransportTests : IDisposable
{
    private static readonly Domain Hostname = Domain.Parse("mx.example.org");

    private readonly TempDirectory _directory = new();
    private readonly ManualTimeProvider _time = new();
    private readonly Inbound _inbound = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Delivery_TellsAllThatIsKnown_AndGivesPrefixAndFileAsOne()
    {
        string body = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"line {i}\r\n"));
        TransportResult result = await DeliverAsync(Job(body, "bob@example.org", "carol@example.org"));
        Assert.Equal(
            [
                "from alice@example.org size=" + ("Received: x\r\n".Length + body.Length) + " body=EightBitMime utf8=True",
                "peer 127.0.0.1 mx.example.org mx.example.org cid7 id7",
                "to bob@example.org SUCCESS", "to carol@example.org SUCCESS",
                $"facts size={"Received: x\r\n".Length + body.Length} received=3 8bit=True utf8=True id=<1@example.org> at={_time.GetUtcNow():O}",
                "disposed",
            ],
            _inbound.Calls);
        Assert.Equal("Received: x\r\n" + body, Encoding.UTF8.GetString(_inbound.Content.ToArray()));
        Assert.All(result.Recipients, r => Assert.Equal((OutcomeKind.Delivered, 250, "mx.example.org"), (r.Kind, r.Code, r.RemoteMta)));
    }

    [Fact]
    public async Task EachRecipient_GetsItsOwnOutcome()
    {
        _inbound.OnRecipient = path => path.LocalPart.Value switch
        {
            "unknown" => new SmtpReply(550, 5, 1, 1, "no such user"),
            "full" => throw new SmtpReplyException(new SmtpReply(452, 4, 2, 2, "over quota")),
            _ => Ok,
        };
        _inbound.OnDeliver = accepted => new InboundResult(
            Ok,
            [.. accepted.Select(path => new RecipientResult(path, path.LocalPart.Value == "late" ? new SmtpReply(451, 4, 3, 0, "later") : Ok))]);
        TransportResult result = await DeliverAsync(
            Job("text\r\n", "good@example.org", "unknown@example.org", "full@example.org", "late@example.org"));
        Assert.Equal(
            [(OutcomeKind.Delivered, 250), (OutcomeKind.Permanent, 550), (OutcomeKind.Temporary, 452), (OutcomeKind.Temporary, 451)],
            result.Recipients.Select(r => (r.Kind, r.Code)));
        Assert.Equal("disposed", _inbound.Calls[^1]);
    }

    [Fact]
    public async Task NoRecipientAccepted_SendsNoContent()
    {
        _inbound.OnRecipient = _ => new SmtpReply(550, 5, 1, 1, "no such user");
        TransportResult result = await DeliverAsync(Job("text\r\n", "x@example.org"));
        Assert.Equal(OutcomeKind.Permanent, Assert.Single(result.Recipients).Kind);
        Assert.Equal(0, _inbound.Content.Length);
        Assert.DoesNotContain(_inbound.Calls, call => call.StartsWith("facts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RecipientWithoutAResultOfItsOwn_GetsTheReplyOfTheWhole()
    {
        _inbound.OnDeliver = _ => new InboundResult(new SmtpReply(554, 5, 7, 1, "not wanted"), []);
        TransportResult result = await DeliverAsync(Job("text\r\n", "a@example.org", "b@example.org"));
        Assert.All(result.Recipients, r => Assert.Equal((OutcomeKind.Permanent, "554 5.7.1 not wanted"), (r.Kind, r.ToString())));
    }

    [Fact]
    public async Task SenderThatIsRefused_FailsAll()
    {
        _inbound.OnBegin = () => throw new SmtpReplyException(new SmtpReply(451, 4, 7, 1, "slow down"));
        TransportResult result = await DeliverAsync(Job("text\r\n", "a@example.org", "b@example.org"));
        Assert.Equal(["451 4.7.1 slow down", "451 4.7.1 slow down"], result.Recipients.Select(r => r.ToString()));
        Assert.All(result.Recipients, r => Assert.Equal(OutcomeKind.Temporary, r.Kind));
    }

    [Fact]
    public async Task FaultOfTheStore_IsTemporary()
    {
        _inbound.OnDeliver = _ => throw new StoreFullException();
        RecipientOutcome outcome = Assert.Single((await DeliverAsync(Job("text\r\n", "a@example.org"))).Recipients);
        Assert.Equal((OutcomeKind.Temporary, 0, new EnhancedStatus(4, 3, 0)), (outcome.Kind, outcome.Code, outcome.Status));
        Assert.Equal("disposed", _inbound.Calls[^1]);
    }

    [Fact]
    public async Task MissingFile_IsTemporary()
    {
        var job = Job(() => throw new StoreException("The file of queued message 1 is missing."), 10, 1, "a@example.org");
        RecipientOutcome outcome = Assert.Single((await DeliverAsync(job)).Recipients);
        Assert.Equal((OutcomeKind.Temporary, "4.3.0 The file of queued message 1 is missing."), (outcome.Kind, outcome.ToString()));
    }

    [Theory]
    [InlineData(100, OutcomeKind.Delivered)]
    [InlineData(101, OutcomeKind.Permanent)]
    public async Task Loop_Ends_AfterAHundredServers(int received, OutcomeKind expected)
    {
        TransportJob job = Job(() => Content("text\r\n"), 19, received, "a@example.org");
        RecipientOutcome outcome = Assert.Single((await DeliverAsync(job)).Recipients);
        Assert.Equal(expected, outcome.Kind);
        Assert.Equal(expected == OutcomeKind.Permanent, outcome.Status == new EnhancedStatus(5, 4, 6));
        Assert.Equal(expected == OutcomeKind.Delivered, _inbound.Calls.Count > 0);
    }

    private static SmtpReply Ok => new(250, 2, 0, 0, "ok");

    private async Task<TransportResult> DeliverAsync(TransportJob job)
    {
        var transport = new LocalTransport(_inbound, Hostname, static () => ("cid7", "id7"), _time);
        return await transport.DeliverAsync(job, default);
    }

    private TransportJob Job(string body, params string[] to) =>
        Job(() => Content(body), "Received: x\r\n".Length + Encoding.UTF8.GetByteCount(body), 3, to);

    private static TransportJob Job(Func<MessageContent> open, long size, int received, params string[] to) => new(open)
    {
        MessageId = 1,
        Account = "alice",
        From = TestQueue.From(),
        Destination = new SmtpHost(Domain.Parse("example.org")),
        Recipients = [.. to.Select(address => TestQueue.To(address, DsnNotify.Success))],
        Body = MailBody.EightBitMime,
        NeedsSmtpUtf8 = true,
        SizeBytes = size,
        ReceivedCount = received,
        Attempts = 0,
        MessageIdHeader = "<1@example.org>",
    };

    private MessageContent Content(string body)
    {
        string path = _directory["content"];
        File.WriteAllText(path, body);
        return new MessageContent("Received: x\r\n"u8.ToArray(), File.OpenHandle(path), "Received: x\r\n".Length + body.Length);
    }

    /// <summary>The receiving side: writes down what it is told, and says what the test wants.</summary>
    private sealed class Inbound : IInboundMail, IMailTransaction
    {
        private readonly List<ForwardPath> _accepted = [];

        public List<string> Calls { get; } = [];

        public MemoryStream Content { get; } = new();

        public Action OnBegin { get; set; } = static () => { };

        public Func<ForwardPath, SmtpReply> OnRecipient { get; set; } = static _ => Ok;

        public Func<IReadOnlyList<ForwardPath>, InboundResult> OnDeliver { get; set; } =
            static accepted => new InboundResult(Ok, [.. accepted.Select(path => new RecipientResult(path, Ok))]);

        public ValueTask<IMailTransaction> BeginAsync(SmtpPeer peer, Envelope envelope, CancellationToken ct)
        {
            Calls.Add($"from {envelope.From} size={envelope.SizeBytes} body={envelope.Body} utf8={envelope.SmtpUtf8}");
            Calls.Add($"peer {peer.RemoteIp} {peer.Hostname} {peer.Hello} {peer.Cid} {peer.ReceivedId}");
            OnBegin();
            return ValueTask.FromResult<IMailTransaction>(this);
        }

        public ValueTask<SmtpReply> AddRecipientAsync(RecipientRequest recipient, CancellationToken ct)
        {
            Calls.Add($"to {recipient.Path} {recipient.Notify.ToString()?.ToUpperInvariant()}");
            SmtpReply reply = OnRecipient(recipient.Path);
            if (reply.IsPositive)
            {
                _accepted.Add(recipient.Path);
            }

            return ValueTask.FromResult(reply);
        }

        public void Write(ReadOnlySpan<byte> bytes) => Content.Write(bytes);

        public ValueTask<InboundResult> DeliverAsync(ContentFacts content, CancellationToken ct)
        {
            Calls.Add(
                $"facts size={content.SizeBytes} received={content.ReceivedCount} 8bit={content.Has8Bit} utf8={content.NeedsSmtpUtf8} id={content.MessageId} at={content.ReceivedAt:O}");
            return ValueTask.FromResult(OnDeliver(_accepted));
        }

        public ValueTask DisposeAsync()
        {
            Calls.Add("disposed");
            return ValueTask.CompletedTask;
        }
    }
}
