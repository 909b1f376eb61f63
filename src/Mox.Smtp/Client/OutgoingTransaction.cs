namespace Mox.Smtp.Client;

/// <summary>One message: MAIL, RCPT and the content, pipelined where the server offers it (RFC 2920).</summary>
internal sealed class OutgoingTransaction(
    SmtpWire wire, SmtpExtensions extensions, SmtpClientOptions options, OutgoingEnvelope envelope, IReadOnlyList<OutgoingRecipient> recipients)
{
    // So much may be written before its replies are read: more than that could stop in both directions (RFC 2920 section 3.1).
    private const int WindowBytes = 4096;

    private readonly SmtpFailure?[] _results = new SmtpFailure?[recipients.Count];
    private readonly List<int> _toTry = [];
    private ServerReply? _dataReply;
    private int _accepted;

    /// <summary>The server may still hold a transaction: RSET before the next one.</summary>
    public bool IsLeftOpen { get; private set; }

    /// <summary>Runs it. What the peer does is in the result.</summary>
    public async ValueTask<SmtpSendResult> RunAsync(Stream content)
    {
        try
        {
            if (Suitability.Check(extensions, options, envelope, wire.Tls is not null) is { } unsuitable)
            {
                return All(unsuitable);
            }
            Select();
            if (_toTry.Count == 0)
            {
                return Result(null, null);
            }
            IsLeftOpen = true;
            if (await IntroduceAsync() is { } failure)
            {
                return All(failure);
            }
            return _accepted == 0 ? await EndWithoutRecipientsAsync() : await SendContentAsync(content);
        }
        catch (SmtpFailureException e)
        {
            return All(e.Failure);
        }
    }

    // Who can be sent to here, and how many at a time.
    private void Select()
    {
        int max = extensions.LimitsRcptMax ?? int.MaxValue;
        for (int i = 0; i < recipients.Count; i++)
        {
            if (!recipients[i].Path.LocalPart.IsAscii && !extensions.SmtpUtf8)
            {
                _results[i] = Suitability.NoSmtpUtf8(SmtpStage.Recipient);
            }
            else if (_toTry.Count == max)
            {
                _results[i] = NotTried($"the server takes {max} recipients a transaction");
            }
            else
            {
                _toTry.Add(i);
            }
        }
    }

    // MAIL and all RCPT, in windows; DATA behind the last when it can be. Gives the failure of MAIL.
    private async ValueTask<SmtpFailure?> IntroduceAsync()
    {
        bool isUtf8 = Suitability.NeedsSmtpUtf8(envelope) || _toTry.Exists(i => !recipients[i].Path.LocalPart.IsAscii);
        wire.Write(OutgoingCommands.Mail(extensions, envelope, isUtf8));
        ServerReply? mail = extensions.Pipelining ? null : await ReadNowAsync(SmtpStage.Mail, "MAIL");
        for (int next = 0; next < _toTry.Count && mail is null or { IsOk: true };)
        {
            int first = next;
            do
            {
                wire.Write(OutgoingCommands.Rcpt(extensions, recipients[_toTry[next++]]));
            }
            while (extensions.Pipelining && next < _toTry.Count && wire.Unflushed < WindowBytes);
            bool sendsData = extensions.Pipelining && !extensions.Chunking && next == _toTry.Count;
            if (sendsData)
            {
                wire.Write("DATA");
            }
            await wire.FlushAsync(mail is null ? SmtpStage.Mail : SmtpStage.Recipient);
            mail ??= await wire.ReadReplyAsync(SmtpStage.Mail, "MAIL");
            bool isFull = await ReadRecipientsAsync(first, next, mail.IsOk);
            if (sendsData)
            {
                _dataReply = await wire.ReadReplyAsync(SmtpStage.Data, "DATA");
            }
            if (isFull)
            {
                LeaveOut(next);
                break;
            }
        }
        if (mail is { IsOk: true })
        {
            return null;
        }
        if (_dataReply is { IsGoAhead: true })
        {
            await EndDataAsync();
        }
        return wire.Refused(mail!, SmtpStage.Mail).Failure;
    }

    private async ValueTask<ServerReply> ReadNowAsync(SmtpStage stage, string name)
    {
        await wire.FlushAsync(stage);
        return await wire.ReadReplyAsync(stage, name);
    }

    // True when the server has said that it takes no more in this transaction.
    private async ValueTask<bool> ReadRecipientsAsync(int first, int end, bool counts)
    {
        bool isFull = false;
        for (int i = first; i < end; i++)
        {
            var reply = await wire.ReadReplyAsync(SmtpStage.Recipient, "RCPT");
            if (!counts)
            {
                continue;
            }
            if (reply.IsOk)
            {
                _accepted++;
            }
            else if (_accepted > 0 && IsTooMany(reply))
            {
                isFull = true;
                _results[_toTry[i]] = new SmtpFailure(SmtpStage.NotTried, false, reply.Code, reply.Status, reply.Text);
            }
            else
            {
                _results[_toTry[i]] = wire.Refused(reply, SmtpStage.Recipient).Failure;
            }
        }
        return isFull;
    }

    // 552 is what the older standard said for it (RFC 5321 section 4.5.3.1.10); 452 is also said of a full disk.
    private static bool IsTooMany(ServerReply reply) =>
        (reply.Code == 452 && reply.Status is null or { Subject: 5, Detail: 3 }) || (reply.Code == 552 && reply.Status is { Subject: 5, Detail: 3 });

    private void LeaveOut(int from)
    {
        foreach (int i in _toTry.Skip(from))
        {
            _results[i] = NotTried("the server takes no more recipients in this transaction");
        }
    }

    private static SmtpFailure NotTried(string text) => new(SmtpStage.NotTried, false, 0, new EnhancedStatus(4, 5, 3), text);

    private async ValueTask<SmtpSendResult> EndWithoutRecipientsAsync()
    {
        if (_dataReply is { IsGoAhead: true })
        {
            await EndDataAsync();
        }
        return Result(null, null);
    }

    // DATA was accepted though there is nobody to send to: a lone dot ends it (RFC 2920 section 3.1).
    private async ValueTask EndDataAsync()
    {
        wire.Write(".");
        await ReadNowAsync(SmtpStage.Data, "content");
    }

    private async ValueTask<SmtpSendResult> SendContentAsync(Stream content)
    {
        var sender = new OutgoingContent(wire, options, envelope, content);
        ServerReply reply;
        if (extensions.Chunking)
        {
            reply = await sender.SendChunksAsync(extensions.Pipelining);
        }
        else
        {
            var data = _dataReply ?? await wire.AskAsync("DATA", SmtpStage.Data, "DATA");
            if (!data.IsGoAhead)
            {
                return All(wire.Refused(data, SmtpStage.Data).Failure);
            }
            reply = await sender.SendDataAsync();
        }
        // After the end of data nothing is left of the transaction, whatever the reply (RFC 5321 section 4.1.1.4); BDAT needs RSET after a refusal.
        IsLeftOpen = extensions.Chunking && !reply.IsOk;
        return reply.IsOk
            ? Result(null, new SmtpReply(reply.Code, reply.Status, reply.Text))
            : All(wire.Refused(reply, SmtpStage.Content).Failure);
    }

    private SmtpSendResult All(SmtpFailure failure)
    {
        for (int i = 0; i < _results.Length; i++)
        {
            _results[i] ??= failure;
        }
        return Result(failure, null);
    }

    private SmtpSendResult Result(SmtpFailure? failure, SmtpReply? accepted) => new() { Failure = failure, Accepted = accepted, Recipients = _results };
}
