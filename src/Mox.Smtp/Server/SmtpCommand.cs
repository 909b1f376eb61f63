namespace Mox.Smtp.Server;

/// <summary>One command: its name, where it may be given, how its arguments are read and what it does.</summary>
internal sealed class SmtpCommand
{
    private static readonly SmtpReply Failed = new(451, 4, 3, 0, "error processing");

    private readonly RunDelegate _run;

    private SmtpCommand(string name, SmtpPhases phases, RunDelegate run, SmtpReply failure) =>
        (Name, Phases, _run, Failure) = (name, phases, run, failure);

    /// <summary>Reads the arguments after the verb; throws <see cref="SmtpReplyException"/>.</summary>
    public delegate TRequest Parse<TRequest>(ref SmtpScanner input);

    /// <summary>Does what was asked; the reply is the only one.</summary>
    public delegate ValueTask<SmtpReply> Execute<TRequest>(SmtpSession session, TRequest request, CancellationToken ct);

    private delegate ValueTask<SmtpReply> RunDelegate(SmtpSession session, SmtpScanner input, CancellationToken ct);

    /// <summary>The verb in capitals.</summary>
    public string Name { get; }

    /// <summary>Where it may be given; elsewhere the session answers 503.</summary>
    public SmtpPhases Phases { get; }

    /// <summary>The answer when it fails by our own fault: always a temporary one.</summary>
    public SmtpReply Failure { get; }

    /// <summary>Puts a command together.</summary>
    public static SmtpCommand Create<TRequest>(
        string name, SmtpPhases phases, Parse<TRequest> parse, Execute<TRequest> execute, SmtpReply? failure = null) =>
        new(name, phases, (session, input, ct) =>
        {
            var request = parse(ref input);
            // From here on the line may be gone: content is read from the same pipe.
            session.ReleaseLine();
            return execute(session, request, ct);
        }, failure ?? Failed);

    /// <summary>Reads the arguments and does what was asked.</summary>
    public ValueTask<SmtpReply> RunAsync(SmtpSession session, SmtpScanner input, CancellationToken ct) => _run(session, input, ct);
}
