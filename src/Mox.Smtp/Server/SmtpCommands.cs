using System.Collections.Frozen;
using Mox.Smtp.Server.Commands;

namespace Mox.Smtp.Server;

/// <summary>The commands of a listener for mail from outside. A command is added here and nowhere else.</summary>
internal static class SmtpCommands
{
    private const int MaxVerbBytes = 16;

    /// <summary>All commands, in alphabetical order.</summary>
    public static IReadOnlyList<SmtpCommand> All { get; } =
    [
        AuthCommand.Definition,
        BdatCommand.Definition,
        DataCommand.Definition,
        EhloCommand.Definition,
        ExpnCommand.Definition,
        HeloCommand.Definition,
        HelpCommand.Definition,
        MailCommand.Definition,
        NoopCommand.Definition,
        QuitCommand.Definition,
        RcptCommand.Definition,
        RsetCommand.Definition,
        StartTlsCommand.Definition,
        VrfyCommand.Definition,
    ];

    private static readonly FrozenDictionary<string, SmtpCommand>.AlternateLookup<ReadOnlySpan<char>> ByName =
        All.ToFrozenDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The command of a verb in any case, or null.</summary>
    public static SmtpCommand? Find(ReadOnlySpan<byte> verb)
    {
        if (verb.Length is 0 or > MaxVerbBytes)
        {
            return null;
        }
        Span<char> name = stackalloc char[MaxVerbBytes];
        int length = System.Text.Encoding.ASCII.GetChars(verb, name);
        return ByName.TryGetValue(name[..length], out var command) ? command : null;
    }
}
