namespace Mox.InteropTests.Sending;

/// <summary>One server that sends, and one Postfix that it sends through, by a transport for each domain of the smarthost.</summary>
public sealed class SendingFixture : IAsyncLifetime
{
    internal Smarthost Smarthost { get; } = new();

    internal SendingServer Server { get; private set; } = null!;

    /// <summary>The port of the transport "late", where nobody listens until a test does.</summary>
    internal int LatePort { get; } = MoxProcess.FreePort();

    public async Task InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("MOX_INTEROP") != "require"
            && Array.Exists(["postfix", "dovecot", "openssl"], program => Programs.Find(program) is null))
        {
            return; // every test is skipped, and the fixture is made all the same
        }

        await Smarthost.PrepareAsync();
        await Smarthost.StartAsync();
        Server = new SendingServer { TrustedCertificates = Smarthost.Certificate };
        const string Login = $"\"Username\": \"{Smarthost.User}\", \"PasswordFile\": \"relay.password\"";
        await Server.PrepareAsync(
            $$"""
            "starttls": { "Smarthost": { "Host": "127.0.0.1", "Port": {{Smarthost.StartTls}}, "Tls": "Required", {{Login}} } },
            "implicit": { "Smarthost": { "Host": "127.0.0.1", "Port": {{Smarthost.Implicit}}, "Tls": "Implicit", {{Login}} } },
            "open": { "Smarthost": { "Host": "127.0.0.1", "Port": {{Smarthost.Open}}, "Tls": "Opportunistic" } },
            "late": { "Smarthost": { "Host": "127.0.0.1", "Port": {{LatePort}}, "Tls": "Opportunistic" } },
            "misnamed": { "Smarthost": { "Host": "localhost", "Port": {{Smarthost.StartTls}}, "Tls": "Required", {{Login}} } }
            """,
            string.Join(", ", ((string[])["starttls", "implicit", "open", "late", "misnamed"]).Select(
                name => $$"""{ "ToDomains": [ "{{name}}.example" ], "Transport": "{{name}}" }""")),
            ("relay.password", Smarthost.Password));
        await Server.StartAsync();
        await Server.SetPasswordAsync();
    }

    public async Task DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        await Smarthost.DisposeAsync();
    }

    /// <summary>Runs a script of Python that must print "done"; ports, user and password are its variables.</summary>
    internal async Task PythonAsync(string script) => Assert.Equal("done\n", (await Programs.RunAsync("python3", ["-"], $"""
        import base64, email, hashlib, hmac, imaplib, os, smtplib, ssl, time
        from email import policy
        tls = ssl._create_unverified_context()
        submission, submissions, imaps = {Server.Submission}, {Server.Submissions}, {Server.Imaps}
        user, password = '{SendingServer.User}', '{SendingServer.Password}'
        {script}
        print('done')
        """, null, ("PYTHONUTF8", "1"), ("PYTHONWARNINGS", "ignore"))).Expect(0).Output);
}

/// <summary>The tests that share one server that sends; each uses subjects of its own.</summary>
[CollectionDefinition(Name)]
public sealed class SendingCollection : ICollectionFixture<SendingFixture>
{
    public const string Name = "one server that sends";
}
