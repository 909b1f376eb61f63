namespace Mox.InteropTests.Sending;

/// <summary>
/// A Postfix that takes mail of our server and keeps it in a Maildir: with login over STARTTLS, with login over TLS from
/// the first byte, and from loopback without login. Logins are verified by a Dovecot of its own.
/// </summary>
internal sealed class Smarthost : IAsyncDisposable
{
    internal const string User = "mox";
    internal const string Password = "correct horse battery";

    /// <summary>Takes mail for bob and carol; refuses all others.</summary>
    internal static readonly string[] Domains = ["starttls.example", "implicit.example", "open.example", "late.example"];

    private readonly PostfixInstance _postfix = new();
    private bool _isDovecotRunning;

    public int StartTls { get; init; } = MoxProcess.FreePort();

    public int Implicit { get; init; } = MoxProcess.FreePort();

    public int Open { get; init; } = MoxProcess.FreePort();

    /// <summary>Its certificate, for 127.0.0.1, signed by itself.</summary>
    public string Certificate => Path.Combine(Folder, "cert.pem");

    public string Log => _postfix.Log;

    private string Folder => _postfix.Folder;

    private string DovecotFile => Path.Combine(Folder, "dovecot.conf");

    public async Task PrepareAsync()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "run"));
        (await Programs.RunAsync(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=relay.example",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", Path.Combine(Folder, "key.pem"), "-out", Certificate)).Expect(0);
        await File.WriteAllTextAsync(Path.Combine(Folder, "users"), $"{User}:{{PLAIN}}{Password}\n");
        await File.WriteAllTextAsync(DovecotFile, DovecotConfiguration());
        string mailboxes = await _postfix.MakeMailboxesAsync(
            Domains, Domains.SelectMany(domain => (string[])[$"bob@{domain}=box/", $"carol@{domain}=box/"]));
        await _postfix.PrepareAsync($"{MainConfiguration()}\n{mailboxes}", MasterConfiguration());
    }

    public async Task StartAsync()
    {
        // The daemon keeps the standard error that it is given: a pipe to us would never end.
        (await Programs.RunAsync("sh", "-c", "exec dovecot -c \"$0\" >/dev/null 2>&1", DovecotFile)).Expect(0);
        _isDovecotRunning = true;
        await _postfix.StartAsync();
    }

    /// <summary>The stored message that has this text, with line ends as they are on the wire; waited for.</summary>
    public async Task<string> WaitForAsync(string text)
    {
        for (int i = 0; i < 600; i++)
        {
            if (Messages().FirstOrDefault(message => message.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"no message with {text}:\n{Log}");
    }

    /// <summary>How many stored messages have this text.</summary>
    public int Count(string text) => Messages().Count(message => message.Contains(text, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        if (_isDovecotRunning)
        {
            await Programs.RunAsync("doveadm", "-c", DovecotFile, "stop");
        }

        await _postfix.DisposeAsync();
    }

    private IEnumerable<string> Messages() =>
        _postfix.Messages("box").Select(message => message.Replace("\n", "\r\n", StringComparison.Ordinal));

    private string DovecotConfiguration() => $$"""
        base_dir = {{Folder}}/run
        log_path = {{Folder}}/dovecot.log
        protocols =
        ssl = no
        auth_mechanisms = plain login scram-sha-1 scram-sha-256
        passdb {
          driver = passwd-file
          args = {{Folder}}/users
        }
        userdb {
          driver = static
          args = uid=5000 gid=5000 home=/nonexistent
        }
        service auth {
          unix_listener {{Folder}}/queue/private/auth {
            mode = 0660
            user = postfix
            group = postfix
          }
        }

        """;

    private string MainConfiguration() => $"""
        myhostname = relay.example
        mynetworks = 127.0.0.0/8
        disable_dns_lookups = yes
        notify_classes =
        message_drop_headers =
        smtpd_tls_cert_file = {Certificate}
        smtpd_tls_key_file = {Folder}/key.pem
        smtpd_tls_loglevel = 1
        smtpd_sasl_type = dovecot
        smtpd_sasl_path = private/auth
        smtpd_recipient_restrictions = permit_mynetworks, reject
        """;

    private string MasterConfiguration()
    {
        const string Login = "-o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=yes -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject";
        return $"""
            127.0.0.1:{StartTls} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt {Login}
            127.0.0.1:{Implicit} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes {Login}
            127.0.0.1:{Open} inet n - n - - smtpd -o smtpd_tls_security_level=may
            virtual   unix - n n - - virtual
            """;
    }
}
