namespace Mox.Smtp.Server.Commands;

/// <summary>RSET (RFC 5321 section 4.1.1.5): forgets the transaction.</summary>
internal static class RsetCommand
{
    private static readonly SmtpReply Done = new(250, 2, 0, 0, "forgotten");

    public static SmtpCommand Definition { get; } = SmtpCommand.Create("RSET", SmtpPhases.Any, Parse, ExecuteAsync);

    public static None Parse(ref SmtpScanner input)
    {
        input.End();
        return default;
    }

    private static async ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, None request, CancellationToken ct)
    {
        await session.ResetAsync();
        return Done;
    }
}
