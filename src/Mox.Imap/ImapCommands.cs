using System.Collections.Frozen;
using Mox.Imap.Commands;

namespace Mox.Imap;

/// <summary>The commands this server speaks. A command is added here and nowhere else.</summary>
internal static class ImapCommands
{
    public static readonly FrozenDictionary<string, ImapCommand> ByName = Table(
    [
        AppendCommand.Definition,
        AuthenticateCommand.Definition,
        CancelUpdateCommand.Definition,
        CapabilityCommand.Definition,
        CheckCommand.Definition,
        CloseCommand.Definition,
        CompressCommand.Definition,
        CopyCommand.Definition,
        CreateCommand.Definition,
        DeleteCommand.Definition,
        EnableCommand.Definition,
        EsearchCommand.Definition,
        ExamineCommand.Definition,
        ExpungeCommand.Definition,
        FetchCommand.Definition,
        GetMetadataCommand.Definition,
        GetQuotaCommand.Definition,
        GetQuotaRootCommand.Definition,
        IdCommand.Definition,
        IdleCommand.Definition,
        ListCommand.Definition,
        LoginCommand.Definition,
        LogoutCommand.Definition,
        LsubCommand.Definition,
        MoveCommand.Definition,
        NamespaceCommand.Definition,
        NoopCommand.Definition,
        NotifyCommand.Definition,
        RenameCommand.Definition,
        ReplaceCommand.Definition,
        SearchCommand.Definition,
        SelectCommand.Definition,
        SetMetadataCommand.Definition,
        SetQuotaCommand.Definition,
        SortCommand.Definition,
        StartTlsCommand.Definition,
        StatusCommand.Definition,
        StoreCommand.Definition,
        SubscribeCommand.Definition,
        ThreadCommand.Definition,
        UnauthenticateCommand.Definition,
        UnselectCommand.Definition,
        UnsubscribeCommand.Definition,
    ]);

    private static FrozenDictionary<string, ImapCommand> Table(ReadOnlySpan<ImapCommand> commands) =>
        commands.ToArray().ToFrozenDictionary(c => c.Name, StringComparer.Ordinal);
}
