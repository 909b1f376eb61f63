namespace Mox.Smtp.Server;

/// <summary>Where a session stands, and where a command may be given.</summary>
[Flags]
internal enum SmtpPhases
{
    /// <summary>Before HELO or EHLO, also after STARTTLS.</summary>
    Connected = 1,

    /// <summary>After HELO or EHLO, no transaction.</summary>
    Greeted = 2,

    /// <summary>MAIL was accepted, no recipient yet.</summary>
    Mail = 4,

    /// <summary>At least one recipient was accepted.</summary>
    Recipients = 8,

    /// <summary>At least one BDAT chunk was taken.</summary>
    Chunks = 16,

    /// <summary>Anywhere.</summary>
    Any = Connected | Greeted | Mail | Recipients | Chunks,
}
