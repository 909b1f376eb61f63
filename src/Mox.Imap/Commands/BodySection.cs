using System.Buffers;
using System.Text;
using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>What of a part a section names (RFC 3501 section 6.4.5).</summary>
internal enum SectionText
{
    /// <summary>All of it: the whole message, or a part's body.</summary>
    All,
    Header,
    HeaderFields,
    HeaderFieldsNot,
    Text,
    Mime,
}

/// <summary><c>BODY[section]&lt;partial&gt;</c> and the older names for the same.</summary>
/// <param name="Part">Part numbers from the outside in; empty for the message itself.</param>
/// <param name="Text">What of it.</param>
/// <param name="Fields">Field names of HEADER.FIELDS and HEADER.FIELDS.NOT.</param>
/// <param name="Peek">Does not set \Seen.</param>
/// <param name="Offset">First byte wanted; null when not partial.</param>
/// <param name="Count">How many bytes at most, when partial.</param>
/// <param name="Echo">The item's name in the response.</param>
internal sealed record BodySection(
    int[] Part, SectionText Text, string[] Fields, bool Peek, long? Offset, long Count, byte[] Echo)
{
    // Deeper than any part of a parsed message (MIME depth 100), each with its message/rfc822.
    private const int MaxPartNumbers = 250;

    // Each field of a header is compared with each name; clients ask for some tens.
    private const int MaxFieldNames = 500;

    /// <summary>Whether more is wanted than the message as it is: then the MIME tree says where that is.</summary>
    public bool NeedsTree => Part.Length > 0 || Text != SectionText.All;

    /// <summary>Whether only fields of the message's own header are wanted that its row keeps.</summary>
    public bool IsUsualHeader { get; } = Part.Length == 0 && Text == SectionText.HeaderFields && Array.TrueForAll(Fields, UsualHeader.Has);

    /// <summary>RFC822, RFC822.HEADER, RFC822.TEXT.</summary>
    public static BodySection Old(string name, SectionText text, bool peek) =>
        new([], text, [], peek, null, 0, Encoding.ASCII.GetBytes(name));

    /// <summary>From <c>[</c> on.</summary>
    public static BodySection Parse(ref ImapScanner input, bool peek)
    {
        input.Byte((byte)'[');
        var part = PartNumbers(ref input);
        var (text, fields) = Specification(ref input, part.Count > 0);
        input.Byte((byte)']');
        var (offset, count) = Partial(ref input);
        return new([.. part], text, fields, peek, offset, count, MakeEcho(part, text, fields, offset));
    }

    /// <summary>From <c>[</c> on: section-binary, which has part numbers only (RFC 3516 section 7).</summary>
    public static BodySection ParseBinary(ref ImapScanner input, string name, bool peek, bool partial)
    {
        input.Byte((byte)'[');
        var part = PartNumbers(ref input);
        input.Byte((byte)']');
        var (offset, count) = partial ? Partial(ref input) : (null, 0);
        string echo = $"{name}[{string.Join('.', part)}]{(offset is { } origin ? $"<{origin}>" : "")}";
        return new([.. part], SectionText.All, [], peek, offset, count, Encoding.ASCII.GetBytes(echo));
    }

    // partial = "<" number64 "." nz-number64 ">" (RFC 9051 section 9)
    private static (long? Offset, long Count) Partial(ref ImapScanner input)
    {
        if (!input.TryByte((byte)'<'))
        {
            return (null, 0);
        }
        long offset = input.Number64();
        input.Byte((byte)'.');
        int start = input.Position;
        long count = input.Number64();
        if (count == 0)
        {
            throw new ImapSyntaxException("expected a number above zero", start);
        }
        input.Byte((byte)'>');
        return (offset, count);
    }

    private static List<int> PartNumbers(ref ImapScanner input)
    {
        var part = new List<int>();
        while (!input.AtEnd && input.Rest[0] is >= (byte)'0' and <= (byte)'9')
        {
            part.Add((int)Math.Min(input.NzNumber(), int.MaxValue));
            if (part.Count > MaxPartNumbers)
            {
                throw input.Expected("fewer part numbers");
            }
            if (!input.TryByte((byte)'.'))
            {
                if (!input.Peek((byte)']'))
                {
                    throw input.Expected("\".\" or \"]\"");
                }
                break;
            }
            if (input.Peek((byte)']'))
            {
                throw input.Expected("a part number or section");
            }
        }
        return part;
    }

    private static (SectionText, string[]) Specification(ref ImapScanner input, bool inPart)
    {
        if (input.Peek((byte)']'))
        {
            return (SectionText.All, []);
        }
        if (input.TryText("HEADER.FIELDS.NOT"u8))
        {
            return (SectionText.HeaderFieldsNot, FieldNames(ref input));
        }
        if (input.TryText("HEADER.FIELDS"u8))
        {
            return (SectionText.HeaderFields, FieldNames(ref input));
        }
        if (input.TryText("HEADER"u8))
        {
            return (SectionText.Header, []);
        }
        if (input.TryText("TEXT"u8))
        {
            return (SectionText.Text, []);
        }
        // MIME is the header of a part, and the message itself is none (RFC 3501 section 6.4.5).
        if (inPart && input.TryText("MIME"u8))
        {
            return (SectionText.Mime, []);
        }
        throw input.Expected("a section");
    }

    private static string[] FieldNames(ref ImapScanner input)
    {
        input.Space();
        input.Byte((byte)'(');
        var names = new List<string>();
        do
        {
            names.Add(input.Astring());
        }
        while (input.TrySpace() && names.Count < MaxFieldNames);
        input.Byte((byte)')');
        return [.. names];
    }

    private static byte[] MakeEcho(List<int> part, SectionText text, string[] fields, long? offset)
    {
        var echo = new ArrayBufferWriter<byte>();
        echo.Write("BODY["u8);
        echo.Write(Encoding.ASCII.GetBytes(string.Join('.', part)));
        if (part.Count > 0 && text != SectionText.All)
        {
            echo.Write("."u8);
        }
        echo.Write(text switch
        {
            SectionText.Header => "HEADER"u8,
            SectionText.HeaderFields => "HEADER.FIELDS"u8,
            SectionText.HeaderFieldsNot => "HEADER.FIELDS.NOT"u8,
            SectionText.Text => "TEXT"u8,
            SectionText.Mime => "MIME"u8,
            _ => default,
        });
        for (int i = 0; i < fields.Length; i++)
        {
            echo.Write(i == 0 ? " ("u8 : " "u8);
            WriteFieldName(echo, Encoding.UTF8.GetBytes(fields[i]));
        }
        echo.Write(fields.Length > 0 ? ")]"u8 : "]"u8);
        if (offset is { } origin)
        {
            echo.Write(Encoding.ASCII.GetBytes($"<{origin}>"));
        }
        return echo.WrittenSpan.ToArray();
    }

    private static void WriteFieldName(ArrayBufferWriter<byte> echo, ReadOnlySpan<byte> name)
    {
        if (!name.IsEmpty && !name.ContainsAnyExcept(ImapGrammar.AstringChar))
        {
            echo.Write(name);
            return;
        }
        if (name.ContainsAnyExceptInRange((byte)' ', (byte)'~') || name.ContainsAny(ImapGrammar.QuotedSpecials))
        {
            echo.Write(Encoding.ASCII.GetBytes($"{{{name.Length}}}\r\n"));
            echo.Write(name);
            return;
        }
        echo.Write("\""u8);
        echo.Write(name);
        echo.Write("\""u8);
    }
}
