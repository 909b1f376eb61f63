using System.CommandLine;
using Mox.EmailAuth.Arc;

namespace Mox.Host.Cli.Checks;

/// <summary><c>mox arc</c> (RFC 8617).</summary>
internal static class ArcCommand
{
    public static Command Create() => OperatorCommand.Noun(
        "arc",
        """
        What those who passed a message on say that they found out (ARC).

        Example:
          mox arc verify < message.eml
        """,
        CheckCommand.Create(
            "verify",
            """
            Check the chain of seals of a message from standard input. The result is pass, fail, none or temperror; a pass proves that
            the sealers said it, not that they may be believed.

            Example:
              mox arc verify < message.eml
            """,
            VerifyAsync));

    private static async Task<int> VerifyAsync(CheckContext context, CancellationToken ct)
    {
        await using MessageInput input = await MessageInput.ReadAsync(context, ct);
        ArcVerdict verdict = await new ArcVerifier(context.Dns, context.Time, context.Metrics).VerifyAsync(input.Message, ct);
        Finding finding = Finding.Of(Finding.Word(verdict.Status))
            .Add("problem", verdict.Status == ArcStatus.None ? "nobody has sealed the message" : verdict.Problem)
            .Add("sealers", verdict.Sealers.Select(sealer => sealer.Ascii))
            .Add("oldest pass", verdict.OldestPass)
            .Add("last results", verdict.LastResults)
            .Add("duration", verdict.Duration);
        return context.Print(finding, verdict.Status == ArcStatus.Pass);
    }
}
