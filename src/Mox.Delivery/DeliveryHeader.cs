using System.Text;
using Mox.Smtp;
using Mox.Smtp.Server;

namespace Mox.Delivery;

/// <summary>The header fields that final delivery adds, kept in the row so that all recipients share one file.</summary>
internal static class DeliveryHeader
{
    /// <summary>Delivered-To (RFC 9228), Return-Path (RFC 5321 section 4.4), what the checks found out, and Received, in this order.</summary>
    /// <param name="peer">Who sent it.</param>
    /// <param name="from">The reverse-path.</param>
    /// <param name="content">What came.</param>
    /// <param name="recipient">As given in RCPT TO.</param>
    /// <param name="deliveredTo">The address that it is delivered for.</param>
    /// <param name="results">The fields that say what the checks found out.</param>
    public static byte[] Build(SmtpPeer peer, ReversePath from, ContentFacts content, ForwardPath recipient, string deliveredTo, string results) =>
        Encoding.UTF8.GetBytes(
            $"Delivered-To: {deliveredTo}\r\n"
            + $"Return-Path: <{Ascii(from)}>\r\n"
            + results
            + ReceivedHeader.Build(peer, content, recipient));

    /// <summary>A path with its domain as A-labels.</summary>
    public static string Ascii(ForwardPath path) => path.Address is { } address ? address.ToAsciiString() : path.ToString();

    private static string Ascii(ReversePath path) => path.Address is { } address ? address.ToAsciiString() : path.ToString();
}
