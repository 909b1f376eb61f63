using System.CommandLine;
using System.CommandLine.Parsing;
using Mox.Config.Files;
using Mox.Queue;

namespace Mox.Host.Cli;

/// <summary>The options that say which queued messages a command is about.</summary>
internal static class QueueFilterOptions
{
    private static readonly Option<long[]> Ids = new("--id")
    {
        Description = "Only these, by the numbers that mox queue list shows.",
        HelpName = "N",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<long[]> MessageIds = new("--message")
    {
        Description = "Only the recipients of these messages, by the numbers that log lines (id=) and answers to senders (queued as N) have.",
        HelpName = "N",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Account = new("--account") { Description = "Only of this account.", HelpName = "ACCOUNT" };
    private static readonly Option<string?> From = new("--from") { Description = "Only with this in the sender's address.", HelpName = "TEXT" };
    private static readonly Option<string?> To = new("--to") { Description = "Only with this in the recipient's address.", HelpName = "TEXT" };
    private static readonly Option<TimeSpan?> OlderThan = Duration("--older-than", "Only submitted longer ago than this, as in 2h or 1d12h.");
    private static readonly Option<TimeSpan?> NewerThan = Duration("--newer-than", "Only submitted less long ago than this.");
    private static readonly Option<TimeSpan?> DueWithin = Duration("--due-within", "Only with the next attempt sooner than this from now.");
    private static readonly Option<TimeSpan?> DueAfter = Duration("--due-after", "Only with the next attempt later than this from now.");
    private static readonly Option<bool> Held = new("--held") { Description = "Only those that are held." };
    private static readonly Option<bool> NotHeld = new("--not-held") { Description = "Only those that are not held." };
    private static readonly Option<string?> Transport = new("--transport") { Description = "Only those last tried by this transport.", HelpName = "NAME" };
    private static readonly Option<int?> Max = new("--max") { Description = "At most so many, the oldest first.", HelpName = "N" };
    private static readonly Option<bool> AllOfThem = new("--all") { Description = "All that are in the queue." };

    /// <summary>For lists, which may be about all.</summary>
    public static Symbol[] ForList => [Ids, MessageIds, Account, From, To, OlderThan, NewerThan, DueWithin, DueAfter, Held, NotHeld, Transport];

    /// <summary>For changes, which want to know what they are about.</summary>
    public static Symbol[] ForChange => [.. ForList, Max, AllOfThem];

    /// <summary>An option that is a duration.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = argument => ParseDuration(name, argument),
    };

    /// <summary>What a list is about.</summary>
    public static QueueFilter Read(OperatorContext context, DateTimeOffset now)
    {
        ParseResult parsed = context.Parsed;
        (bool held, bool notHeld) = (parsed.GetValue(Held), parsed.GetValue(NotHeld));
        if (held && notHeld)
        {
            throw new UserErrorException("--held and --not-held exclude each other");
        }

        return new QueueFilter
        {
            Ids = parsed.GetValue(Ids) is { Length: > 0 } ids ? ids : null,
            MessageIds = parsed.GetValue(MessageIds) is { Length: > 0 } messages ? messages : null,
            Account = parsed.GetValue(Account),
            From = parsed.GetValue(From),
            To = parsed.GetValue(To),
            SubmittedBefore = now - parsed.GetValue(OlderThan),
            SubmittedFrom = now - parsed.GetValue(NewerThan),
            NextAttemptBefore = now + parsed.GetValue(DueWithin),
            NextAttemptFrom = now + parsed.GetValue(DueAfter),
            IsHeld = held ? true : notHeld ? false : null,
            Transport = parsed.GetValue(Transport),
        };
    }

    /// <summary>What a change is about.</summary>
    /// <exception cref="UserErrorException">Nothing is named, and not <c>--all</c> either.</exception>
    public static QueueFilter ReadForChange(OperatorContext context, DateTimeOffset now)
    {
        QueueFilter filter = Read(context, now) with { Max = context.Parsed.GetValue(Max) };
        return filter != new QueueFilter() || context.Parsed.GetValue(AllOfThem)
            ? filter
            : throw new UserErrorException("say which messages: --id, --message, --account, --to, ... (see --help), or --all");
    }

    private static TimeSpan? ParseDuration(string name, ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (DurationText.TryRead(text, out TimeSpan duration) && duration <= TimeSpan.FromDays(3650))
        {
            return duration;
        }

        argument.AddError($"{name} \"{text}\" is no duration: write it as in 90s, 15m, 2h or 1d12h");
        return null;
    }
}
