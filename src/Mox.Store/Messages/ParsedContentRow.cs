namespace Mox.Store;

/// <summary>A row of the table ParsedContents.</summary>
internal sealed class ParsedContentRow
{
    public long ContentId { get; set; }

    public long ParseVersion { get; set; }

    public byte[] Prefix { get; set; } = [];

    public byte[] Envelope { get; set; } = [];

    public byte[]? EnvelopeUtf8 { get; set; }

    public byte[] Body { get; set; } = [];

    public byte[]? BodyUtf8 { get; set; }

    public byte[] BodyStructure { get; set; } = [];

    public byte[]? BodyStructureUtf8 { get; set; }

    public byte[] MimeTree { get; set; } = [];

    public byte[]? UsualHeader { get; set; }
}
