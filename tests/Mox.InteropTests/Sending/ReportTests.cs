namespace Mox.InteropTests.Sending;

/// <summary>What senders hear of mail that the next server refuses.</summary>
[Collection(SendingCollection.Name)]
public sealed class ReportTests(SendingFixture fixture)
{
    // Another reader of reports than our own: Python's.
    private const string FindReport = """
        def report(message_id):
            i = imaplib.IMAP4_SSL('127.0.0.1', imaps, ssl_context=tls)
            i.login(user, password)
            for attempt in range(300):
                i.select('INBOX')
                found = i.search(None, 'HEADER', 'References', message_id)[1][0].split()
                if found:
                    assert len(found) == 1, found
                    m = email.message_from_bytes(i.fetch(found[0], '(BODY.PEEK[])')[1][0][1], policy=policy.default)
                    assert not m.defects and not any(p.defects for p in m.walk()), [p.defects for p in m.walk()]
                    return m
                time.sleep(0.1)
            raise SystemExit('no report in the Inbox')

        def send(recipients, subject, mail_options=(), rcpt_options=()):
            s = smtplib.SMTP_SSL('127.0.0.1', submissions, context=tls)
            s.login(user, password)
            message_id = '<' + subject.replace(' ', '.') + '@example.org>'
            assert s.sendmail(user, recipients, 'From: ' + user + '\r\nTo: x@starttls.example\r\nSubject: ' + subject + '\r\nMessage-ID: ' + message_id
                + '\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nthe text\r\n', mail_options, rcpt_options) == {}
            s.quit()
            return message_id

        """;

    [InteropFact("postfix", "dovecot", "python3")]
    public async Task Refused_OneOfTwoRecipients_ComesBackAsReportForThatOne()
    {
        await fixture.PythonAsync(FindReport + """
        message_id = send(['bob@starttls.example', 'nobody@starttls.example'], 'one refused', ['ENVID=envelope+2B7', 'RET=HDRS'], ['NOTIFY=FAILURE,DELAY'])
        m = report(message_id)
        assert m['References'] == message_id and m['In-Reply-To'] == message_id, m.items()
        assert m['To'] == user and 'postmaster@mail.example.org' in m['From'], m.items()
        assert m['Return-Path'] == '<>' and m['Auto-Submitted'] == 'auto-replied', m.items()
        assert m.get_content_type() == 'multipart/report' and m['Content-Type'].params['report-type'] == 'delivery-status', m['Content-Type']
        text, status, original = m.get_payload()
        assert 'nobody@starttls.example' in text.get_content() and 'bob@' not in text.get_content(), text
        assert status.get_content_type() == 'message/delivery-status', status
        whole, *recipients = status.get_payload()
        assert whole['Reporting-MTA'] == 'dns; mail.example.org' and whole['Arrival-Date'], whole.items()
        assert whole['Original-Envelope-Id'] == 'envelope+7', whole.items()
        assert len(recipients) == 1, recipients
        one = recipients[0]
        assert one['Final-Recipient'] == 'rfc822; nobody@starttls.example' and one['Action'] == 'failed', one.items()
        assert one['Status'] == '5.1.1' and one['Remote-MTA'] == 'dns; 127.0.0.1' and one['Last-Attempt-Date'], one.items()
        assert one['Diagnostic-Code'].startswith('smtp; 550 5.1.1 ') and 'User unknown' in one['Diagnostic-Code'], one.items()
        assert original.get_content_type() == 'text/rfc822-headers', original
        assert 'Subject: one refused' in original.as_string() and 'the text' not in original.as_string(), original
        """.ReplaceLineEndings("\n"));
        await fixture.Smarthost.WaitForAsync("Subject: one refused\r\n");
        Assert.Equal(1, fixture.Smarthost.Count("Subject: one refused\r\n"));
    }

    [InteropFact("postfix", "dovecot", "python3")]
    public async Task Refused_NoRouteAndWholeMessageWanted_ComesBackWhole()
    {
        await fixture.PythonAsync(FindReport + """
        message_id = send(['x@nowhere.example'], 'no route', ['RET=FULL'], ['ORCPT=rfc822;first+2Bx@nowhere.example'])
        text, status, original = report(message_id).get_payload()
        one = status.get_payload()[1]
        assert one['Original-Recipient'] == 'rfc822;first+x@nowhere.example' and one['Status'] == '5.4.4', one.items()
        assert 'no route to nowhere.example' in one['Diagnostic-Code'] and one['Remote-MTA'] is None, one.items()
        assert original.get_content_type() == 'message/rfc822' and 'the text' in original.as_string(), original
        """.ReplaceLineEndings("\n"));
    }

    [InteropFact("postfix", "dovecot", "python3")]
    public async Task Refused_WithNotifyNever_IsNotReported()
    {
        await fixture.PythonAsync(FindReport + """
        send(['nobody@starttls.example'], 'never tell', ['RET=HDRS'], ['NOTIFY=NEVER'])
        message_id = send(['nobody@starttls.example'], 'after never')
        report(message_id)
        i = imaplib.IMAP4_SSL('127.0.0.1', imaps, ssl_context=tls)
        i.login(user, password)
        i.select('INBOX')
        assert i.search(None, 'HEADER', 'References', '<never.tell@example.org>')[1] == [b''], 'a report that nobody wanted'
        """.ReplaceLineEndings("\n"));
    }
}
