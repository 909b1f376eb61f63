using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using Mox.Mime;

namespace Mox.Store;

/// <summary>
/// The header fields that mail clients ask of every message of a list: kept in the row as they stand in the message, so that a list opens
/// no file.
/// </summary>
public static class UsualHeader
{
    /// <summary>Rows parsed by older code have none, or not all names.</summary>
    internal const int SinceParseVersion = 2;

    // Past it a list opens the file: many recipients must not make the rows of the others slow.
    private const int MaxBytes = 16 * 1024;

    // A header block longer than this is not looked through twice at delivery.
    private const int MaxBlockBytes = 256 * 1024;
    private const int MaxNameBytes = 64;

    // What Thunderbird, Apple Mail, K-9, Outlook, mutt, Evolution and Roundcube fetch for lists and threads. When a name is added,
    // MessageSummary.ParseVersion and SinceParseVersion go up: rows made before have not got its field.
    private static readonly FrozenSet<string> Names = new[]
    {
        "Date", "Subject", "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Message-ID", "In-Reply-To", "References", "Newsgroups",
        "Resent-Date", "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc", "Resent-Bcc", "Resent-Message-ID", "Resent-Reply-To",
        "Return-Path", "Delivered-To", "X-Original-To", "X-Envelope-To", "X-Envelope-From",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-Class", "Content-Language",
        "Priority", "X-Priority", "X-MSMail-Priority", "Importance", "Sensitivity", "Precedence", "Auto-Submitted", "Expires", "Supersedes",
        "List-Id", "List-Post", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Archive", "List-Help", "List-Owner", "List-Subscribe",
        "Mailing-List", "X-Mailing-List", "X-BeenThere", "Mail-Followup-To", "Mail-Reply-To", "Followup-To", "Reply-By", "Errors-To",
        "Disposition-Notification-To", "Return-Receipt-To", "X-Confirm-Reading-To", "Organization", "User-Agent", "X-Mailer", "Lines",
        "Thread-Topic", "Thread-Index", "X-Label", "X-Status", "Status", "Keywords", "Comments", "X-Keywords", "X-Mozilla-Keys",
        "X-Mozilla-Draft-Info", "X-Account-Key", "X-Identity-Key", "X-Draft-Info", "X-K9mail-Identity", "X-Evolution-Source", "Autocrypt",
        "X-Uniform-Type-Identifier", "X-Universally-Unique-Identifier", "X-Spam-Status", "X-Spam-Flag", "X-Spam-Level", "X-Spam-Score",
        "Authentication-Results", "DKIM-Signature", "BIMI-Indicator", "BIMI-Location", "X-BIMI-Indicator-Hash",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NameOf = Names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether the fields of this name, in any case, are kept.</summary>
    public static bool Has(string name) => Names.Contains(name);

    /// <summary>The usual fields of a message's file, in their order; null when the file must be asked.</summary>
    internal static byte[]? Of(MimePart root, ReadAt content)
    {
        if (root.BodyStart > MaxBlockBytes)
        {
            return null;
        }

        int length = (int)root.BodyStart;
        byte[] block = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            int filled = 0;
            while (filled < length && content(filled, block.AsSpan(filled, length - filled)) is var got and > 0)
            {
                filled += got;
            }

            // It never begins with a fold, which would belong to the last field of a prefix: the parser takes that for a body.
            return Of(block.AsMemory(0, filled));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>The usual fields of prefix and file together, from those of the file.</summary>
    internal static byte[]? Join(ReadOnlyMemory<byte> prefix, byte[]? ofFile)
    {
        if (ofFile is null || prefix.IsEmpty)
        {
            return ofFile;
        }

        byte[]? first = Of(prefix);
        return first is null || first.Length + ofFile.Length > MaxBytes ? null : first.Length == 0 ? ofFile : [.. first, .. ofFile];
    }

    private static byte[]? Of(ReadOnlyMemory<byte> block)
    {
        var fields = new ArrayBufferWriter<byte>(1024);
        foreach (HeaderField field in new HeaderBlock(block))
        {
            if (IsUsual(field.NameBytes))
            {
                if (fields.WrittenCount + field.Raw.Length > MaxBytes)
                {
                    return null;
                }

                fields.Write(field.Raw.Span);
            }
        }

        return fields.WrittenSpan.ToArray();
    }

    private static bool IsUsual(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[MaxNameBytes];
        return name.Length <= MaxNameBytes && NameOf.Contains(text[..Encoding.Latin1.GetChars(name, text)]);
    }
}
