namespace Mox.Imap;

/// <summary>What a client has switched on since it logged in; UNAUTHENTICATE switches all of it off (RFC 8437 section 3).</summary>
internal sealed class EnabledFeatures
{
    /// <summary>IMAP4rev2: results and names in the form of (RFC 9051 section 6.3.1).</summary>
    public bool Rev2 { get; private set; }

    /// <summary>Strings and mailbox names are UTF-8: UTF8=ACCEPT (RFC 6855 section 3), or IMAP4rev2.</summary>
    public bool Utf8 { get; private set; }

    /// <summary>CONDSTORE (RFC 7162 section 3.1): unsolicited FETCH responses carry MODSEQ.</summary>
    public bool CondStore { get; private set; }

    /// <summary>QRESYNC (RFC 7162 section 3.2): what is expunged is told by VANISHED.</summary>
    public bool QResync { get; private set; }

    /// <summary>UIDONLY (RFC 9586 section 3): no sequence number goes either way.</summary>
    public bool UidOnly { get; private set; }

    /// <summary>METADATA or METADATA-SERVER (RFC 5464 section 4.4): changed annotations are told.</summary>
    public bool Metadata { get; private set; }

    /// <summary>Whether an expunged message is told by its UID.</summary>
    public bool Vanished => QResync || UidOnly;

    public void EnableRev2() => Rev2 = Utf8 = true;

    public void EnableUtf8() => Utf8 = true;

    public void EnableCondStore() => CondStore = true;

    /// <summary>Its client gets MODSEQ as well (RFC 7162 section 3.2.3).</summary>
    public void EnableQResync() => QResync = CondStore = true;

    public void EnableUidOnly() => UidOnly = true;

    public void EnableMetadata() => Metadata = true;
}
