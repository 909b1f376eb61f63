using System.Text;
using BenchmarkDotNet.Attributes;
using Mox.Addresses;
using Mox.Dns;
using Mox.Dns.Records;
using Mox.EmailAuth;
using Mox.EmailAuth.Dkim;

namespace Mox.Benchmarks;

/// <summary>DKIM: what it takes to check and sign the message of 5 KB that most are, and to hash large bodies.</summary>
[MemoryDiagnoser]
public class EmailAuthBenchmarks
{
    private static readonly DateTimeOffset SignedAt = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private DkimVerifier _verifier = null!;
    private DkimSigning _rsa = null!;
    private byte[] _message = [];
    private byte[] _signed = [];
    private byte[] _signedByEd25519 = [];

    /// <summary>A message of 10 MB of text.</summary>
    public byte[] Large { get; private set; } = [];

    [GlobalSetup]
    public void Setup()
    {
        _rsa = Signing(DkimAlgorithm.Rsa);
        DkimSigning ed25519 = Signing(DkimAlgorithm.Ed25519);
        KnownAnswers answers = new();
        answers.Add(_rsa);
        answers.Add(ed25519);
        _verifier = new DkimVerifier(answers, new StoppedClock(), new EmailAuthMetrics(new SilentMeters()));
        const string Header = """
            Received: from mail.example.org (mail.example.org [192.0.2.1])
            	by mx.example.com (192.0.2.2) via tcp with ESMTPS id abcdefghijklmnop
            	for <recipient@example.com>; 2 Jan 2026 03:04:05 +0100
            Date: Fri, 2 Jan 2026 03:04:05 +0100
            From: =?utf-8?q?J=C3=B6rg_Example?= <joerg@example.org>
            To: Recipient One <recipient@example.com>, "Two, Recipient" <two@example.com>
            Cc: list@lists.example.net
            Subject: Re: [list] A subject of the usual length, about something
            Message-ID: <0123456789abcdef@mail.example.org>
            In-Reply-To: <fedcba9876543210@mx.example.com>
            References: <first@mx.example.com> <second@mail.example.org>
            	<fedcba9876543210@mx.example.com>
            User-Agent: Example Mail 1.0
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8

            """;
        const string Line = "Some words of a line of text, as people write them to each other.\n";
        _message = Bytes(Header + "\n" + string.Concat(Enumerable.Repeat(Line, 60)));
        _signed = [.. Encoding.ASCII.GetBytes(Sign(_message, _rsa)), .. _message];
        _signedByEd25519 = [.. Encoding.ASCII.GetBytes(Sign(_message, ed25519)), .. _message];
        Large = Bytes(Header + "\n" + string.Concat(Enumerable.Repeat(Line, 10_000_000 / (Line.Length + 1))));
        if (VerifyRsa() != DkimStatus.Pass || VerifyEd25519() != DkimStatus.Pass)
        {
            throw new InvalidOperationException("What is measured does not work.");
        }
    }

    [Benchmark]
    public DkimStatus VerifyRsa() => Verify(_signed);

    [Benchmark]
    public DkimStatus VerifyEd25519() => Verify(_signedByEd25519);

    [Benchmark]
    public string SignRsa() => Sign(_message, _rsa);

    [Benchmark]
    public byte[] HashRelaxed() => Hash(Canonicalization.Relaxed);

    [Benchmark]
    public byte[] HashSimple() => Hash(Canonicalization.Simple);

    // All of it is in memory, so that nothing is waited for.
    private DkimStatus Verify(byte[] message) => _verifier.VerifyAsync(Read(message), CancellationToken.None).GetAwaiter().GetResult().Status;

    private static string Sign(byte[] message, DkimSigning signing) =>
        DkimSigner.SignAsync(Read(message), signing, SignedAt, CancellationToken.None).GetAwaiter().GetResult();

    private byte[] Hash(Canonicalization form) => Read(Large).BodyHashAsync(form, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static AuthMessage Read(byte[] message) => AuthMessage.ReadAsync(new MemoryStream(message), CancellationToken.None).GetAwaiter().GetResult();

    private static DkimSigning Signing(DkimAlgorithm algorithm) => new()
    {
        Domain = Domain.Parse("example.org"),
        Selector = Domain.Parse(algorithm == DkimAlgorithm.Rsa ? "rsa" : "ed25519"),
        Key = DkimPrivateKey.Generate(algorithm),
    };

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n"));

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => SignedAt;
    }

    // As a resolver that remembers the answers.
    private sealed class KnownAnswers : IDnsResolver
    {
        private readonly Dictionary<DnsName, DnsAnswer<TxtRecord>> _answers = [];

        public void Add(DkimSigning signing)
        {
            DnsName name = DnsName.Parse($"{signing.Selector.Ascii}._domainkey.{signing.Domain.Ascii}");
            TxtRecord record = TxtRecord.Of(DkimRecord.Compose(signing.Key.Algorithm, signing.Key.PublicKey));
            _answers[name] = new DnsAnswer<TxtRecord> { Status = DnsStatus.Ok, CanonicalName = name, Records = [record] };
        }

        public ValueTask<DnsAnswer<T>> QueryAsync<T>(DnsName name, DnsRecordType<T> type, CancellationToken ct) =>
            ValueTask.FromResult((DnsAnswer<T>)(object)_answers[name]);
    }
}
