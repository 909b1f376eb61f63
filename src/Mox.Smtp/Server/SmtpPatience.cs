namespace Mox.Smtp.Server;

/// <summary>Counts what a client does without bringing mail nearer, and says when it is enough.</summary>
internal sealed class SmtpPatience(SmtpOptions options)
{
    private int _badCommands;
    private int _idleCommands;
    private int _failedTransactions;
    private int _goodTransactions;

    /// <summary>Commands so far.</summary>
    public int Commands { get; private set; }

    /// <summary>A command came; tells the how-manieth.</summary>
    public int CountCommand() => ++Commands;

    /// <summary>The command brought mail nearer, and does not count as idle.</summary>
    public void Progress() => _idleCommands--;

    /// <summary>A transaction begins, and counts as failed until it is delivered. A reply when there were too many.</summary>
    public SmtpReply? BeginTransaction()
    {
        if (options.Limits && _goodTransactions == 0 && _failedTransactions >= options.MaxFailedTransactions)
        {
            return new SmtpReply(550, 5, 1, 0, "too many failed transactions") { Closes = true };
        }
        _failedTransactions++;
        return null;
    }

    /// <summary>The transaction was delivered, or failed for no fault of the client.</summary>
    public void Delivered() => (_goodTransactions, _failedTransactions, _idleCommands) = (_goodTransactions + 1, _failedTransactions - 1, 0);

    /// <summary>Counts what a reply says about the client, and puts a farewell in its place at the limits.</summary>
    /// <param name="reply">The reply to the last command.</param>
    /// <param name="reason">Why the connection ends, if the reply closes it.</param>
    public SmtpReply Judge(SmtpReply reply, out SmtpEndReason reason)
    {
        reason = Commands == 1 ? SmtpEndReason.NotSmtp : SmtpEndReason.Protocol;
        bool isBad = reply.Code is (>= 500 and <= 504) or 555;
        if (isBad && ++_badCommands >= options.MaxBadCommands)
        {
            reason = SmtpEndReason.Abuse;
            return new SmtpReply(421, 4, 7, 0, "too many bad commands") { Closes = true };
        }
        if (++_idleCommands > options.MaxIdleCommands)
        {
            reason = SmtpEndReason.Abuse;
            return new SmtpReply(421, 4, 7, 0, "too many commands without mail") { Closes = true };
        }
        return reply;
    }
}
