namespace Mox.Store;

/// <summary>Which parts of a message's row <see cref="Account.ReadRows"/> fetches; what is not asked for is not read from disk.</summary>
[Flags]
public enum MessageColumns
{
    /// <summary>Size, dates and thread only.</summary>
    None = 0,

    /// <summary>Decoded subject, addresses, Message-ID, sent date, preview.</summary>
    Summary = 1,

    /// <summary>Envelope sender and recipient, remote IP, EHLO name, TLS.</summary>
    Delivery = 2,

    /// <summary>ENVELOPE in both forms.</summary>
    Envelope = 4,

    /// <summary>BODY and BODYSTRUCTURE in both forms.</summary>
    BodyStructure = 8,

    /// <summary>The MIME tree with its offsets.</summary>
    MimeTree = 16,

    /// <summary>The header block that stands before the file's bytes.</summary>
    Prefix = 32,

    /// <summary>The decoded subject alone, which is also part of <see cref="Summary"/>.</summary>
    Subject = 64,

    /// <summary>The fields of <see cref="Store.UsualHeader"/> as they stand in prefix and file.</summary>
    UsualHeader = 128,

    /// <summary>The first words alone, which are also part of <see cref="Summary"/>.</summary>
    Preview = 256,

    /// <summary>What was found out about the sender.</summary>
    Evidence = 512,
}
