namespace Mox.Store;

/// <summary>A row of the table LoginAttempts of server.db.</summary>
internal sealed class LoginAttemptRow
{
    public long Id { get; set; }

    public byte[] Fingerprint { get; set; } = [];

    public string Account { get; set; } = "";

    public string LoginAddress { get; set; } = "";

    public string RemoteIp { get; set; } = "";

    public string LocalIp { get; set; } = "";

    public string Tls { get; set; } = "";

    public string UserAgent { get; set; } = "";

    public string Protocol { get; set; } = "";

    public string Mechanism { get; set; } = "";

    public long Outcome { get; set; }

    public long FirstAt { get; set; }

    public long LastAt { get; set; }

    public long Count { get; set; }
}
