namespace Mox.Imap;

/// <summary>Parses the arguments of a command, from after its name on; pure.</summary>
internal delegate TRequest ImapParser<out TRequest>(ref ImapScanner input);

/// <summary>As <see cref="ImapParser{TRequest}"/>, for commands with a UID form.</summary>
internal delegate TRequest ImapUidParser<out TRequest>(ref ImapScanner input, bool uid);

/// <summary>Carries out a parsed command.</summary>
internal delegate ValueTask<ImapReply> ImapExecute(ImapSession session, CancellationToken cancellationToken);

/// <summary>Carries out a request.</summary>
internal delegate ValueTask<ImapReply> ImapExecute<in TRequest>(
    ImapSession session, TRequest request, CancellationToken cancellationToken);

/// <summary>One command of the table: its name, when it may come, how it is read and done.</summary>
internal sealed record ImapCommand
{
    /// <summary>In upper case.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is allowed; elsewhere BAD.</summary>
    public required ImapStates States { get; init; }

    /// <summary>Parses the whole command and gives what will do it.</summary>
    public required ImapUidParser<ImapExecute> Prepare { get; init; }

    /// <summary>Whether there is a UID form (RFC 3501 section 6.4.8).</summary>
    public bool HasUidForm { get; init; }

    /// <summary>
    /// Its plain form may tell of no EXPUNGE before the tagged end: FETCH, STORE, SEARCH (RFC 3501 section 7.4.1).
    /// </summary>
    public bool KeepsSequenceNumbers { get; init; }

    /// <summary>Its plain form takes or gives sequence numbers: with UIDONLY only its UID form is left (RFC 9586 section 3.4).</summary>
    public bool UsesSequenceNumbers { get; init; }

    /// <summary>The last literal is streamed, after this many arguments (APPEND 1); null when literals are buffered.</summary>
    public int? StreamedAfterArguments { get; init; }

    /// <summary>Whether the arguments hold credentials, which no trace shows.</summary>
    public bool HasCredentials { get; init; }

    /// <summary>A command without a UID form.</summary>
    public static ImapCommand Create<TRequest>(
        string name, ImapStates states, ImapParser<TRequest> parse, ImapExecute<TRequest> execute) => new()
        {
            Name = name,
            States = states,
            Prepare = (ref ImapScanner input, bool _) =>
            {
                var request = parse(ref input);
                input.End();
                return (session, ct) => execute(session, request, ct);
            },
        };

    /// <summary>A command with a UID form.</summary>
    public static ImapCommand CreateWithUid<TRequest>(
        string name, ImapUidParser<TRequest> parse, ImapExecute<TRequest> execute) => new()
        {
            Name = name,
            States = ImapStates.Selected,
            HasUidForm = true,
            UsesSequenceNumbers = true,
            Prepare = (ref ImapScanner input, bool uid) =>
            {
                var request = parse(ref input, uid);
                input.End();
                return (session, ct) => execute(session, request, ct);
            },
        };

    /// <summary>A command without arguments.</summary>
    public static ImapCommand Create(string name, ImapStates states, ImapExecute execute) => new()
    {
        Name = name,
        States = states,
        Prepare = (ref ImapScanner input, bool _) =>
        {
            input.End();
            return execute;
        },
    };
}
