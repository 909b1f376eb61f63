using Mox.Dns.Wire;

namespace Mox.Dns.Upstream;

/// <summary>What came of asking one server: its message, or why there is none.</summary>
internal sealed record ServerReply
{
    /// <summary>The message, whole and answering the question; null when nothing of use came.</summary>
    public DnsMessage? Message { get; private init; }

    /// <summary><see cref="DnsStatus.Ok"/>, also when the message says that there is nothing; else how it failed.</summary>
    public DnsStatus Status { get; private init; }

    /// <summary>Whether a trusted server says that the message is authentic.</summary>
    public bool IsAuthentic { get; private init; }

    /// <summary>What failed, for people.</summary>
    public string Explanation { get; private init; } = "";

    /// <summary>Whether the server is to be asked by TCP.</summary>
    public bool NeedsTcp { get; private init; }

    /// <summary>Whether the server found out, by DNSSEC, that the data may be forged: then no other is asked.</summary>
    public bool IsBogus => Status == DnsStatus.ServFail && Message?.ExtendedError is { IsBogus: true };

    public static ServerReply AskByTcp { get; } = new() { Status = DnsStatus.Malformed, NeedsTcp = true };

    public static ServerReply Failure(DnsStatus status, string explanation) => new() { Status = status, Explanation = explanation };

    /// <summary>Judges a message that answers the question.</summary>
    public static ServerReply Of(DnsServer server, byte[] bytes)
    {
        if (DnsMessage.TryRead(bytes) is not { } message)
        {
            return Failure(DnsStatus.Malformed, $"{server} sent a message that cannot be read");
        }

        if (message.IsTruncated)
        {
            return AskByTcp;
        }

        var (status, explanation) = message.Code switch
        {
            DnsResponseCode.NoError when message.IsReferral => (DnsStatus.ServFail, $"{server} does not look names up for us"),
            DnsResponseCode.NoError or DnsResponseCode.NxDomain => (DnsStatus.Ok, ""),
            DnsResponseCode.Refused => (DnsStatus.Refused, $"{server} refused"),
            DnsResponseCode.ServFail => (DnsStatus.ServFail, $"{server} failed"),
            var code => (DnsStatus.ServFail, $"{server} answered with code {code}"),
        };
        return new ServerReply { Message = message, Status = status, Explanation = explanation, IsAuthentic = server.IsTrusted && message.IsAuthenticData };
    }
}
