using System.CommandLine;
using System.Globalization;
using Mox.Host.Control;
using Mox.Host.Operations;

namespace Mox.Host.Cli;

/// <summary><c>mox queue hold-rule</c>.</summary>
internal static class HoldRuleCommand
{
    private static readonly Option<string?> Account = new("--account") { Description = "Mail of this account.", HelpName = "ACCOUNT" };
    private static readonly Option<string?> Sender = new("--sender-domain") { Description = "Mail from this domain.", HelpName = "DOMAIN" };
    private static readonly Option<string?> Recipient = new("--recipient-domain") { Description = "Mail to this domain.", HelpName = "DOMAIN" };
    private static readonly Option<bool> Everything = new("--everything") { Description = "All mail." };
    private static readonly Argument<long> Id = new("N") { Description = "The number that mox queue hold-rule list shows." };

    public static Command Create() => OperatorCommand.Noun(
        "hold-rule",
        """
        Hold messages as they come: those that a rule fits wait until they are let go (mox queue unhold).

        Example:
          mox queue hold-rule add --recipient-domain example.org
        """,
        OperatorCommand.Create(
            "list",
            """
            List the hold rules.

            Example:
              mox queue hold-rule list
            """,
            ListAsync),
        OperatorCommand.Create(
            "add",
            """
            Add a hold rule: what is in the queue and fits is held, and what comes. All conditions must fit.

            Example:
              mox queue hold-rule add --account alice --recipient-domain example.org
            """,
            AddAsync,
            Account,
            Sender,
            Recipient,
            Everything),
        OperatorCommand.CreatePlain(
            "remove",
            """
            Remove a hold rule. What it held stays held.

            Example:
              mox queue hold-rule remove 3
            """,
            (context, ct) => context.DoAsync(QueueOperations.RemoveHoldRule, new HoldRuleRequest(context.Get(Id)), ct),
            Id));

    private static async Task<int> ListAsync(OperatorContext context, CancellationToken ct) =>
        Print(context, await context.RunAsync(QueueOperations.ListHoldRules, new ListRequest(), ct));

    private static async Task<int> AddAsync(OperatorContext context, CancellationToken ct)
    {
        var rule = new HoldRuleLine(0, context.Parsed.GetValue(Account), context.Parsed.GetValue(Sender), context.Parsed.GetValue(Recipient));
        bool hasCondition = rule.Account is not null || rule.SenderDomain is not null || rule.RecipientDomain is not null;
        return hasCondition != context.Parsed.GetValue(Everything)
            ? Print(context, [await context.RunAsync(QueueOperations.AddHoldRule, rule, ct)])
            : throw new UserErrorException("say what is held: --account, --sender-domain, --recipient-domain, or else --everything");
    }

    private static int Print(OperatorContext context, IReadOnlyList<HoldRuleLine> rules) => context.PrintList(
        rules,
        ControlJson.Default.IReadOnlyListHoldRuleLine,
        ["id", "account", "sender domain", "recipient domain"],
        rule => [rule.Id.ToString(CultureInfo.InvariantCulture), rule.Account ?? "any", rule.SenderDomain ?? "any", rule.RecipientDomain ?? "any"]);
}
