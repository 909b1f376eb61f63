namespace Mox.Imap;

/// <summary>The states of a connection in which commands are allowed (RFC 3501 section 3).</summary>
[Flags]
internal enum ImapStates
{
    NotAuthenticated = 1,
    Authenticated = 2,
    Selected = 4,
    LoggedIn = Authenticated | Selected,
    Any = NotAuthenticated | LoggedIn,
}
