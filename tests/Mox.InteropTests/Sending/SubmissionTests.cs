using System.Text.RegularExpressions;

namespace Mox.InteropTests.Sending;

/// <summary>Programs that send mail hand it to <c>mox serve</c>, which hands it to Postfix.</summary>
[Collection(SendingCollection.Name)]
public sealed class SubmissionTests(SendingFixture fixture)
{
    private const string Body = "first line\r\n.starts with a dot\r\n..two dots\r\n.\r\n \t\r\nlast line\r\n";

    [InteropFact("postfix", "dovecot", "swaks")]
    public async Task Swaks_StartTlsAndPlain_ReachesTheSmarthostAsSent()
    {
        string content = Content("swaks starttls", "Bcc: dave@starttls.example\r\n");
        // swaks ends the last line itself.
        string file = fixture.Server.WriteSecret("swaks.eml", content[..^2]);
        ProgramResult result = await Programs.RunAsync(
            "swaks", "--server", "127.0.0.1", "--port", $"{fixture.Server.Submission}", "--local-interface", "127.0.0.66", "--helo", "laptop.home.example",
            "--tls", "--auth", "PLAIN", "--auth-user", SendingServer.User, "--auth-password", SendingServer.Password,
            "--from", SendingServer.User, "--to", "bob@starttls.example", "--data", $"@{file}");
        Assert.Contains("<~  235 2.7.0 ", result.Expect(0).Output, StringComparison.Ordinal);
        string received = await fixture.Smarthost.WaitForAsync("Subject: swaks starttls\r\n");
        ExpectAsSent(received, content, "127.0.0.66", "laptop.home.example");
        // Postfix's own field says how it came from us: over TLS, with a login.
        Assert.Matches("with ESMTPSA ", received);
    }

    [InteropFact("postfix", "dovecot", "curl")]
    public async Task Curl_ImplicitTls_ReachesTheSmarthostOverImplicitTls()
    {
        string content = Content("curl implicit", "");
        string file = fixture.Server.WriteSecret("curl.eml", content);
        (await Programs.RunAsync(
            "curl", "--silent", "--show-error", "--insecure", "--user", $"{SendingServer.User}:{SendingServer.Password}",
            "--mail-from", SendingServer.User, "--mail-rcpt", "bob@implicit.example", "--upload-file", file,
            $"smtps://127.0.0.1:{fixture.Server.Submissions}/laptop.home.example")).Expect(0);
        ExpectAsSent(await fixture.Smarthost.WaitForAsync("Subject: curl implicit\r\n"), content, "laptop.home.example");
    }

    [InteropFact("postfix", "dovecot", "python3")]
    public async Task Smtplib_EightBitToTwoRecipients_IsOneTransactionToBoth()
    {
        await fixture.PythonAsync("""
            from email.message import EmailMessage
            s = smtplib.SMTP_SSL('127.0.0.1', submissions, context=tls)
            s.login(user, password)
            m = EmailMessage(policy=policy.SMTP)
            m['From'], m['To'], m['Subject'] = user, 'bob@open.example, carol@open.example', 'python eight'
            m.set_content('Grüße\n.\n..\n' + 'ü' * 300 + '\nend\n', cte='8bit')
            assert s.send_message(m) == {}
            s.quit()
            """);
        string received = await fixture.Smarthost.WaitForAsync("Subject: python eight\r\n");
        Assert.EndsWith($"\r\n\r\nGrüße\r\n.\r\n..\r\n{new string('ü', 300)}\r\nend\r\n", received, StringComparison.Ordinal);
        Assert.Matches("\r\nDate: ", received);
        Assert.Matches("\r\nMessage-Id: <[^@<> ]+@mail\\.example\\.org>\r\n", received);
        await fixture.Smarthost.WaitForAsync("Delivered-To: carol@open.example");
        // Both recipients by one queue file of Postfix.
        string[] ids = [.. Regex.Matches(fixture.Smarthost.Log, "([0-9A-F]+): to=<(?:bob|carol)@open\\.example>").Select(match => match.Groups[1].Value).Distinct()];
        Assert.Single(ids);
    }

    [InteropFact("postfix", "dovecot", "python3")]
    public async Task Python_Scram_LogsInAndVerifiesTheServer()
    {
        await fixture.PythonAsync("""
            def scram(hash_name, plus):
                context = ssl._create_unverified_context()
                if plus:
                    context.maximum_version = ssl.TLSVersion.TLSv1_2
                s = smtplib.SMTP('127.0.0.1', submission)
                s.starttls(context=context)
                s.ehlo()
                name = 'SCRAM-' + {'sha256': 'SHA-256', 'sha1': 'SHA-1'}[hash_name] + ('-PLUS' if plus else '')
                assert name in s.esmtp_features['auth'].split(), s.esmtp_features
                header = 'p=tls-server-end-point,,' if plus else 'n,,'
                binding = header.encode() + (hashlib.sha256(s.sock.getpeercert(True)).digest() if plus else b'')
                nonce = base64.b64encode(os.urandom(18)).decode()
                first = 'n=' + user + ',r=' + nonce
                expected = []
                def respond(challenge=None):
                    if challenge is None:
                        return header + first
                    challenge = challenge.decode()
                    if challenge.startswith('v='):
                        assert base64.b64decode(challenge[2:]) == expected[0], 'the server does not know the password'
                        return ''
                    fields = dict(field.split('=', 1) for field in challenge.split(','))
                    assert fields['r'].startswith(nonce) and fields['r'] != nonce
                    salted = hashlib.pbkdf2_hmac(hash_name, password.encode(), base64.b64decode(fields['s']), int(fields['i']))
                    digest = lambda key, text: hmac.new(key, text, hash_name).digest()
                    client = digest(salted, b'Client Key')
                    last = 'c=' + base64.b64encode(binding).decode() + ',r=' + fields['r']
                    signed = ','.join((first, challenge, last)).encode()
                    proof = bytes(a ^ b for a, b in zip(client, digest(hashlib.new(hash_name, client).digest(), signed)))
                    expected.append(digest(digest(salted, b'Server Key'), signed))
                    return last + ',p=' + base64.b64encode(proof).decode()
                assert s.auth(name, respond)[0] == 235
                assert expected, 'no exchange'
                s.quit()
            scram('sha256', False)
            scram('sha256', True)
            s = smtplib.SMTP_SSL('127.0.0.1', submissions, context=tls)
            s.ehlo()
            for mechanism in ('auth_plain', 'auth_login'):
                s.user, s.password = user, 'wrong ' + password
                try:
                    s.auth(mechanism[5:], getattr(s, mechanism))
                    raise SystemExit('a wrong password was taken')
                except smtplib.SMTPAuthenticationError as e:
                    assert e.smtp_code == 535, e
            """);
    }

    [InteropFact("postfix", "dovecot", "openssl", "curl", "python3")]
    public async Task External_ByARegisteredKey_SendsAndReads_AndAnotherKeyDoesNot()
    {
        var (laptop, stranger) = (await CertificateAsync("laptop"), await CertificateAsync("stranger"));
        string mail = fixture.Server.WriteSecret("by-key.eml", Content("by key", ""));
        await fixture.Server.CommandAsync("tlspubkey", "add", SendingServer.User, Path.ChangeExtension(laptop, ".crt"));
        (await Programs.RunAsync(
            "curl", "--silent", "--show-error", "--insecure", "--cert", laptop, "--user", $"{SendingServer.User}:",
            "--login-options", "AUTH=EXTERNAL", "--mail-from", SendingServer.User, "--mail-rcpt", "bob@implicit.example",
            "--upload-file", mail, $"smtps://127.0.0.1:{fixture.Server.Submissions}/laptop.home.example")).Expect(0);
        await fixture.Smarthost.WaitForAsync("Subject: by key\r\n");
        await fixture.PythonAsync($$"""
            own = ssl._create_unverified_context()
            own.load_cert_chain('{{laptop}}')
            i = imaplib.IMAP4_SSL('127.0.0.1', imaps, ssl_context=own)
            assert 'AUTH=EXTERNAL' in i.capabilities, i.capabilities
            assert i.authenticate('EXTERNAL', lambda _: b'')[0] == 'OK'
            i.logout()
            other = ssl._create_unverified_context()
            other.load_cert_chain('{{stranger}}')
            s = smtplib.SMTP_SSL('127.0.0.1', submissions, context=other)
            s.ehlo()
            code, text = s.docmd('AUTH', 'EXTERNAL =')
            assert code == 535, (code, text)
            s.login(user, password)
            s.quit()
            """);
        Assert.Contains("protocol=submission mechanism=EXTERNAL", fixture.Server.Log, StringComparison.Ordinal);
    }

    [InteropFact("postfix", "dovecot", "python3")]
    public async Task Python_WhatIsNotAllowed_IsRefusedAndNothingIsSent()
    {
        await fixture.PythonAsync("""
            def refused(wanted, action):
                try:
                    answer = action()
                    raise SystemExit('taken: ' + repr(answer))
                except smtplib.SMTPResponseException as e:
                    assert e.smtp_code in wanted, e
                except smtplib.SMTPRecipientsRefused as e:
                    assert all(code in wanted for code, text in e.recipients.values()), e
            message = 'From: {}\r\nSubject: not allowed\r\n\r\ntext\r\n'
            s = smtplib.SMTP('127.0.0.1', submission)
            s.starttls(context=tls)
            refused([530], lambda: s.sendmail(user, ['bob@open.example'], message.format(user)))
            s.login(user, password)
            refused([550], lambda: s.sendmail(user, ['bob@open.example'], message.format('someone@else.example')))
            refused([550, 553], lambda: s.sendmail('someone@else.example', ['bob@open.example'], message.format(user)))
            refused([550, 554], lambda: s.sendmail(user, ['bob@open.example'], 'From: ' + user + '\r\nFrom: ' + user + '\r\nSubject: not allowed\r\n\r\n'))
            s.quit()
            """);
        Assert.Equal(0, fixture.Smarthost.Count("Subject: not allowed"));
    }

    // Key and certificate in one file.
    private async Task<string> CertificateAsync(string name)
    {
        string file = fixture.Server.WriteSecret($"{name}.pem", "");
        string certificate = fixture.Server.WriteSecret($"{name}.crt", "");
        (await Programs.RunAsync(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", $"/CN={name}", "-keyout", file, "-out", certificate)).Expect(0);
        await File.AppendAllTextAsync(file, await File.ReadAllTextAsync(certificate));
        return file;
    }

    private static string Content(string subject, string more) =>
        $"From: Alice <{SendingServer.User}>\r\nTo: bob@starttls.example\r\nSubject: {subject}\r\n{more}"
        + $"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{subject.Replace(' ', '.')}@example.org>\r\n\r\n{Body}";

    // Before the bytes of the client stand only trace fields: Postfix's, then ours, which tells nothing of where the client is.
    private static void ExpectAsSent(string received, string content, params string[] hidden)
    {
        Assert.Equal(content, received[^Math.Min(content.Length, received.Length)..]);
        string trace = received[..^content.Length];
        Assert.All(Regex.Split(trace.TrimEnd(), "\r\n(?![ \t])"), field => Assert.Matches("^(Return-Path|X-Original-To|Delivered-To|Received): ", field));
        Assert.Matches("^Return-Path: <alice@example\\.org>\r\n", trace);
        Assert.Matches("\r\nReceived: from mail\\.example\\.org\\s+by mail\\.example\\.org\\s+\\(\\[?127\\.0\\.0\\.1\\]?\\)\\s+via tcp\\s+with ESMTPSA\\s", trace);
        Assert.All(hidden, word => Assert.DoesNotContain(word, received, StringComparison.Ordinal));
    }
}
