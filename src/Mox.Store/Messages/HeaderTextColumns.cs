namespace Mox.Store;

/// <summary>What <see cref="HeaderTexts"/> has of each message.</summary>
[Flags]
public enum HeaderTextColumns
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Instant of the Date header.</summary>
    SentAt = 1,

    /// <summary>Decoded subject.</summary>
    Subject = 2,

    /// <summary>Decoded From addresses.</summary>
    From = 4,

    /// <summary>Decoded To addresses.</summary>
    To = 8,

    /// <summary>Decoded Cc addresses.</summary>
    Cc = 16,

    /// <summary>Decoded Bcc addresses.</summary>
    Bcc = 32,
}
