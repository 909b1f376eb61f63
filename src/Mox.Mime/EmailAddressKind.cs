namespace Mox.Mime;

/// <summary>What an <see cref="EmailAddress"/> stands for.</summary>
public enum EmailAddressKind
{
    /// <summary>A mailbox.</summary>
    Mailbox,

    /// <summary>The name of a group; its members follow.</summary>
    GroupStart,

    /// <summary>The end of a group.</summary>
    GroupEnd,
}
