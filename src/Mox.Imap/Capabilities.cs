using System.Globalization;

namespace Mox.Imap;

/// <summary>When a capability is announced.</summary>
internal enum CapabilityWhen
{
    Always,

    /// <summary>TLS is not on and can be started.</summary>
    TlsCanStart,

    /// <summary>Nobody has logged in, and a password may not be sent in the clear.</summary>
    LoginDisabled,
}

/// <summary>A capability: its name, the RFC that defines it, and when it is announced.</summary>
internal sealed record Capability(string Name, string Rfc, CapabilityWhen When = CapabilityWhen.Always);

/// <summary>What this server announces. An extension that widens commands has no file of its own, but a row here.</summary>
internal static class Capabilities
{
    /// <summary>All, in the order they are sent; each is announced because all of its RFC is there.</summary>
    public static readonly Capability[] All =
    [
        new("IMAP4rev1", "(RFC 3501 section 6.1.1)"),
        new("IMAP4rev2", "(RFC 9051 section 6.1.1)"),
        new("STARTTLS", "(RFC 3501 section 6.2.1)", CapabilityWhen.TlsCanStart),
        new("LOGINDISABLED", "(RFC 3501 section 6.2.3)", CapabilityWhen.LoginDisabled),
        new("ENABLE", "(RFC 5161 section 3)"),
        new("LITERAL+", "(RFC 7888 section 4)"),
        new("IDLE", "(RFC 2177 section 3)"),
        new("SASL-IR", "(RFC 4959 section 3)"),
        new("UNSELECT", "(RFC 3691 section 2)"),
        new("UIDPLUS", "(RFC 4315 section 2)"),
        new("MOVE", "(RFC 6851 section 3)"),
        new("MULTIAPPEND", "(RFC 3502 section 6.3.11)"),
        new("REPLACE", "(RFC 8508 section 3)"),
        new("BINARY", "(RFC 3516 section 4)"),
        new("UTF8=ACCEPT", "(RFC 6855 section 3)"),
        new("SPECIAL-USE", "(RFC 6154 section 2)"),
        new("CREATE-SPECIAL-USE", "(RFC 6154 section 3)"),
        new("CHILDREN", "(RFC 3348 section 3)"),
        new("LIST-EXTENDED", "(RFC 5258 section 2)"),
        new("LIST-STATUS", "(RFC 5819 section 1)"),
        new("LIST-METADATA", "(RFC 9590 section 2)"),
        new("METADATA", "(RFC 5464 section 1)"),
        new("NOTIFY", "(RFC 5465 section 3)"),
        new("QUOTA", "(RFC 9208 section 3)"),
        new("QUOTA=RES-STORAGE", "(RFC 9208 section 5.1)"),
        new("QUOTA=RES-MESSAGE", "(RFC 9208 section 5.2)"),
        new("ID", "(RFC 2971 section 3)"),
        new("NAMESPACE", "(RFC 2342 section 5)"),
        new("CONDSTORE", "(RFC 7162 section 3.1)"),
        new("QRESYNC", "(RFC 7162 section 3.2)"),
        new("ESEARCH", "(RFC 4731 section 3)"),
        new("SEARCHRES", "(RFC 5182 section 2)"),
        new("WITHIN", "(RFC 5032 section 3)"),
        new("SAVEDATE", "(RFC 8514 section 4)"),
        new("MULTISEARCH", "(RFC 7377 section 2)"),
        new("PARTIAL", "(RFC 9394 section 3)"),
        new("CONTEXT=SEARCH", "(RFC 5267 section 4)"),
        new("CONTEXT=SORT", "(RFC 5267 section 4)"),
        new("SORT", "(RFC 5256 section 3)"),
        new("SORT=DISPLAY", "(RFC 5957 section 3)"),
        new("ESORT", "(RFC 5267 section 3)"),
        new("THREAD=REFERENCES", "(RFC 5256 section 3)"),
        new("THREAD=ORDEREDSUBJECT", "(RFC 5256 section 3)"),
        new("OBJECTID", "(RFC 8474 section 3)"),
        new("PREVIEW", "(RFC 8970 section 3)"),
        new("INPROGRESS", "(RFC 9585 section 3)"),
        new("UIDONLY", "(RFC 9586 section 3)"),
        new("UNAUTHENTICATE", "(RFC 8437 section 2)"),
        new("COMPRESS=DEFLATE", "(RFC 4978 section 3)"),
        new("STATUS=SIZE", "(RFC 8438 section 2)"),
    ];

    /// <summary>The capability list as it stands now: without <c>AUTH=</c> after login, because there is nothing left to log in to.</summary>
    public static string List(ImapSession session)
    {
        var names = All.Where(c => IsAnnounced(c.When, session)).Select(c => c.Name);
        // APPENDLIMIT (RFC 7889 section 2): one limit for all mailboxes.
        names = names.Append(string.Create(CultureInfo.InvariantCulture, $"APPENDLIMIT={session.Options.MaxMessageBytes}"));
        if (session.State == ImapStates.NotAuthenticated)
        {
            names = names.Concat(session.Mechanisms.Select(m => "AUTH=" + m));
        }
        else
        {
            var disabled = session.CapabilitiesDisabled;
            names = names.Where(name => !disabled.Contains(name, StringComparer.OrdinalIgnoreCase));
        }
        return string.Join(' ', names);
    }

    private static bool IsAnnounced(CapabilityWhen when, ImapSession session) => when switch
    {
        CapabilityWhen.TlsCanStart => session.CanStartTls,
        CapabilityWhen.LoginDisabled => session.State == ImapStates.NotAuthenticated && !session.AllowsPasswords,
        _ => true,
    };
}
