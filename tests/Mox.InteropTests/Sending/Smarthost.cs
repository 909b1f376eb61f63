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

    private readonly string _folder = Directory.CreateTempSubdirectory("mox-smarthost-").FullName;
    private bool _isRunning;

    public int StartTls { get; init; } = MoxProcess.FreePort();

    public int Implicit { get; init; } = MoxProcess.FreePort();

    public int Open { get; init; } = MoxProcess.FreePort();

    /// <summary>Its certificate, for 127.0.0.1, signed by itself.</summary>
    public string Certificate => Path.Combine(_folder, "cert.pem");

    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(_folder, "log");

    private string Configuration => Path.Combine(_folder, "etc");

    public async Task PrepareAsync()
    {
        foreach (string name in (string[])["etc", "queue", "queue/private", "data", "mail", "run"])
        {
            Directory.CreateDirectory(Path.Combine(_folder, name));
        }

        (await Programs.RunAsync("chmod", "755", _folder)).Expect(0);
        (await Programs.RunAsync("chown", "postfix", Path.Combine(_folder, "data"), Path.Combine(_folder, "queue", "private"))).Expect(0);
        (await Programs.RunAsync("chown", "5000:5000", Path.Combine(_folder, "mail"))).Expect(0);
        (await Programs.RunAsync(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=relay.example",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", Path.Combine(_folder, "key.pem"), "-out", Certificate)).Expect(0);
        await File.WriteAllTextAsync(Path.Combine(_folder, "users"), $"{User}:{{PLAIN}}{Password}\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "dovecot.conf"), DovecotConfiguration());
        string boxes = string.Join(", ", Domains.SelectMany(domain => (string[])[$"bob@{domain}=box/", $"carol@{domain}=box/"]));
        await File.WriteAllTextAsync(Path.Combine(Configuration, "main.cf"), MainConfiguration(boxes));
        await File.WriteAllTextAsync(Path.Combine(Configuration, "master.cf"), MasterConfiguration());
    }

    public async Task StartAsync()
    {
        // The daemon keeps the standard error that it is given: a pipe to us would never end.
        (await Programs.RunAsync("sh", "-c", "exec dovecot -c \"$0\" >/dev/null 2>&1", Path.Combine(_folder, "dovecot.conf"))).Expect(0);
        (await Programs.RunAsync("postfix", "-c", Configuration, "start")).Expect(0);
        _isRunning = true;
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
        if (_isRunning)
        {
            await Programs.RunAsync("postfix", "-c", Configuration, "stop");
            await Programs.RunAsync("doveadm", "-c", Path.Combine(_folder, "dovecot.conf"), "stop");
        }

        Directory.Delete(_folder, recursive: true);
    }

    private IEnumerable<string> Messages()
    {
        string folder = Path.Combine(_folder, "mail", "box", "new");
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder).Select(file => File.ReadAllText(file).Replace("\n", "\r\n", StringComparison.Ordinal))
            : [];
    }

    private string DovecotConfiguration() => $$"""
        base_dir = {{_folder}}/run
        log_path = {{_folder}}/dovecot.log
        protocols =
        ssl = no
        auth_mechanisms = plain login scram-sha-1 scram-sha-256
        passdb {
          driver = passwd-file
          args = {{_folder}}/users
        }
        userdb {
          driver = static
          args = uid=5000 gid=5000 home=/nonexistent
        }
        service auth {
          unix_listener {{_folder}}/queue/private/auth {
            mode = 0660
            user = postfix
            group = postfix
          }
        }

        """;

    private string MainConfiguration(string boxes) => $$"""
        compatibility_level = 3.6
        queue_directory = {{_folder}}/queue
        data_directory = {{_folder}}/data
        maillog_file = {{_folder}}/log
        maillog_file_prefixes = {{_folder}}
        myhostname = relay.example
        mydestination =
        mynetworks = 127.0.0.0/8
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        alias_maps =
        disable_dns_lookups = yes
        smtputf8_enable = yes
        notify_classes =
        message_drop_headers =
        smtpd_tls_cert_file = {{Certificate}}
        smtpd_tls_key_file = {{_folder}}/key.pem
        smtpd_tls_loglevel = 1
        smtpd_sasl_type = dovecot
        smtpd_sasl_path = private/auth
        smtpd_recipient_restrictions = permit_mynetworks, reject
        virtual_mailbox_domains = {{string.Join(", ", Domains)}}
        virtual_mailbox_base = {{_folder}}/mail
        virtual_mailbox_maps = inline:{{{boxes}}}
        virtual_uid_maps = static:5000
        virtual_gid_maps = static:5000

        """;

    private string MasterConfiguration()
    {
        const string Login = "-o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=yes -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject";
        return $"""
            127.0.0.1:{StartTls} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt {Login}
            127.0.0.1:{Implicit} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes {Login}
            127.0.0.1:{Open} inet n - n - - smtpd -o smtpd_tls_security_level=may
            cleanup   unix n - n - 0 cleanup
            qmgr      unix n - n 300 1 qmgr
            tlsmgr    unix - - n 1000? 1 tlsmgr
            rewrite   unix - - n - - trivial-rewrite
            bounce    unix - - n - 0 bounce
            defer     unix - - n - 0 bounce
            trace     unix - - n - 0 bounce
            flush     unix n - n 1000? 0 flush
            proxymap  unix - - n - - proxymap
            error     unix - - n - - error
            retry     unix - - n - - error
            virtual   unix - n n - - virtual
            anvil     unix - - n - 1 anvil
            postlog   unix-dgram n - n - 1 postlogd

            """;
    }
}
