namespace Mox.InteropTests;

[Collection(SharedServer.Name)]
public sealed class PythonTests(MoxServer server)
{
    [InteropFact("python3")]
    public async Task Smtplib_WithUtf8AndRefusedRecipients_SeesBoth()
    {
        ProgramResult result = await RunAsync("""
            from email.message import EmailMessage
            from email.policy import SMTPUTF8, SMTP
            s = smtplib.SMTP('127.0.0.1', smtp_port)
            s.starttls(context=tls)
            s.ehlo('client.example')
            for feature in ('pipelining', 'size', '8bitmime', 'smtputf8', 'enhancedstatuscodes', 'chunking'):
                assert s.has_extn(feature), feature
            m = EmailMessage(policy=SMTPUTF8)
            m['From'], m['To'], m['Subject'] = 'jörg@example.org', 'пример@example.net', 'python utf8 ü'
            m.set_content('Grüße\n.\n..\nend\n', cte='8bit')
            refused = s.send_message(m, to_addrs=['пример@example.net', 'rcpttopermerror@localhost'])
            assert list(refused) == ['rcpttopermerror@localhost'] and refused['rcpttopermerror@localhost'][0] == 550, refused
            try:
                s.sendmail('a@example.org', ['rcpttotemperror@localhost'], 'Subject: no\r\n\r\nno\r\n')
                raise SystemExit('accepted what should be refused')
            except smtplib.SMTPRecipientsRefused as e:
                assert e.recipients['rcpttotemperror@localhost'][0] == 451
            assert s.vrfy('somebody')[0] == 252
            assert s.noop()[0] == 250 and s.rset()[0] == 250 and s.help()
            print('done', s.quit()[0])
            """);
        Assert.Equal("done 221\n", result.Expect(0).Output);
        using MailReader reader = server.Read("INBOX");
        Assert.Contains("\r\n\r\nGrüße\r\n.\r\n..\r\nend\r\n", await reader.WaitForSubjectAsync("python utf8"), StringComparison.Ordinal);
    }

    [InteropFact("python3")]
    public async Task Imaplib_EveryDailyCommand_Works()
    {
        ProgramResult result = await RunAsync("""
            def ok(answer):
                assert answer[0] == 'OK', answer
                return answer[1]
            i = imaplib.IMAP4('127.0.0.1', imap_port)
            ok(i.starttls(ssl_context=tls))
            ok(i.login(user, password))
            capabilities = ok(i.capability())[0].decode().upper().split()
            for capability in ('IDLE', 'UIDPLUS', 'MOVE', 'NAMESPACE', 'ENABLE', 'CONDSTORE', 'SPECIAL-USE', 'UNSELECT', 'LITERAL+'):
                assert capability in capabilities, (capability, capabilities)
            ok(i.create('Python/Sub'))
            ok(i.subscribe('Python/Sub'))
            names = [line.decode() for line in ok(i.list('""', 'Python*'))]
            assert any('Python/Sub' in name for name in names), names
            message = b'From: a@example.org\r\nSubject: python append\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\n' + bytes(range(32, 127)) + b'\r\n'
            when = imaplib.Time2Internaldate(1700000000)
            for n in range(5):
                ok(i.append('Python/Sub', '(\\Seen custom)' if n % 2 else None, when, message + str(n).encode() + b'\r\n'))
            assert ok(i.select('Python/Sub')) == [b'5']
            assert ok(i.search(None, 'SEEN', 'KEYWORD', 'custom')) == [b'2 4']
            assert ok(i.search(None, 'SUBJECT', '"python append"', 'SENTON', '20-Nov-2026', 'ON', '14-Nov-2023')) == [b'1 2 3 4 5']
            data = ok(i.fetch('3', '(UID RFC822.SIZE INTERNALDATE BODY.PEEK[])'))
            assert data[0][1] == message + b'2\r\n', data
            assert ('RFC822.SIZE %d' % (len(message) + 3)).encode() in data[0][0], data
            assert imaplib.Internaldate2tuple(data[0][0]) == time.localtime(1700000000), data
            assert ok(i.fetch('3', '(BODY.PEEK[TEXT]<5.10>)'))[0][1] == bytes(range(37, 47))
            flags = ok(i.store('1:3', '+FLAGS', '(\\Flagged \\Deleted)'))
            assert len(flags) == 3 and all(b'\\Flagged' in f and b'\\Deleted' in f for f in flags), flags
            ok(i.store('1', '-FLAGS', '(\\Deleted)'))
            ok(i.create('Python/Copies'))
            ok(i.copy('4,5', 'Python/Copies'))
            assert len(ok(i.expunge())) == 2
            assert ok(i.search(None, 'ALL')) == [b'1 2 3']
            ok(i.uid('MOVE', '1', 'Python/Copies'))
            assert ok(i.search(None, 'ALL')) == [b'1 2']
            status = ok(i.status('Python/Copies', '(MESSAGES UNSEEN UIDNEXT UIDVALIDITY)'))[0].decode()
            assert 'MESSAGES 3' in status and 'UNSEEN 2' in status and 'UIDNEXT 4' in status, status
            ok(i.rename('Python/Copies', 'Python/Renamed'))
            assert ok(i.select('Python/Renamed', readonly=True)) == [b'3']
            assert i.store('1', '+FLAGS', '(\\Seen)')[0] == 'NO'
            ok(i.close())
            ok(i.delete('Python/Renamed'))
            assert i.select('Python/Renamed')[0] == 'NO'
            assert i.append('Python/Missing', None, None, message)[0] == 'NO'
            assert ok(i.noop()) and i.logout()[0] == 'BYE'
            print('done')
            """);
        Assert.Equal("done\n", result.Expect(0).Output);
    }

    private Task<ProgramResult> RunAsync(string script) => Programs.RunAsync("python3", ["-"], $"""
        import smtplib, imaplib, ssl, time
        tls = ssl._create_unverified_context()
        smtp_port, imap_port, user, password = {server.Smtp}, {server.Imap}, '{MoxServer.User}', '{MoxServer.Password}'
        {script}
        """, null, ("PYTHONUTF8", "1"), ("PYTHONWARNINGS", "ignore"));
}
