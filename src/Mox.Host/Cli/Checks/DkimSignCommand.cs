using System.CommandLine;
using System.Text;
using Mox.Addresses;
using Mox.EmailAuth.Dkim;
using Mox.Mime;

namespace Mox.Host.Cli.Checks;

/// <summary><c>mox dkim sign</c>.</summary>
internal static class DkimSignCommand
{
    private static readonly Option<string> KeyFile = new("--key") { Description = "The private key (PKCS#8).", HelpName = "FILE", Required = true };

    private static readonly Option<string> Selector = new("--selector") { Description = "The name under which its public key is found.", HelpName = "NAME", Required = true };

    private static readonly Option<string?> DomainName = new("--domain") { Description = "The domain that signs. Default: that of From.", HelpName = "DOMAIN" };

    private static readonly Option<string?> Fields = new("--fields")
    {
        Description = $"The fields to sign. Default: {string.Join(':', DkimSigning.DefaultFields)}.",
        HelpName = "NAME:NAME...",
    };

    private static readonly Option<Canonicalization> HeaderForm = Form("--header-form", "What may change in the signed fields on the way.");

    private static readonly Option<Canonicalization> BodyForm = Form("--body-form", "What may change in the body on the way.");

    private static readonly Option<bool> NotOversigned = new("--no-oversign") { Description = "Others may add fields of the signed names." };

    private static readonly Option<int> Lifetime = new("--lifetime")
    {
        Description = "How long the signature holds. Default 72; 0 for ever.",
        HelpName = "HOURS",
        DefaultValueFactory = _ => 72,
    };

    public static Command Create() => CheckCommand.CreateOffline(
        "sign",
        """
        Sign a message from standard input, and print it with its signature at the top, its lines ended by CRLF; with --json the signature
        alone.

        Example:
          mox dkim sign --key 2026a.example.org.pem --selector 2026a < message.eml > signed.eml
        """,
        SignAsync,
        KeyFile,
        Selector,
        DomainName,
        Fields,
        HeaderForm,
        BodyForm,
        NotOversigned,
        Lifetime);

    private static Option<Canonicalization> Form(string name, string description)
    {
        Option<Canonicalization> form = new(name)
        {
            Description = description + " Default relaxed: white space; simple: nothing.",
            DefaultValueFactory = _ => Canonicalization.Relaxed,
        };
        form.AcceptOnlyFromAmong("relaxed", "simple");
        return form;
    }

    private static async Task<int> SignAsync(CheckContext context, CancellationToken ct)
    {
        using DkimPrivateKey key = await DkimKeyCommand.ReadAsync(context.Get(KeyFile)!, ct);
        await using MessageInput input = await MessageInput.ReadAsync(context, ct);
        string signature = await DkimSigner.SignAsync(input.Message, Signing(context, key, input.Message.Header), context.Time.GetUtcNow(), ct);
        if (context.IsJson)
        {
            return context.Print(Finding.Of("pass").Add("signature", signature), isPass: true);
        }

        await using Stream output = context.OpenOutput();
        await output.WriteAsync(Encoding.ASCII.GetBytes(signature), ct);
        await input.CopyToAsync(output, ct);
        return 0;
    }

    private static DkimSigning Signing(CheckContext context, DkimPrivateKey key, HeaderBlock header)
    {
        string[]? fields = context.Get(Fields)?.Split(':', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (fields?.Contains("From", StringComparer.OrdinalIgnoreCase) == false)
        {
            throw new UserErrorException("--fields does not name From: a signature is worth nothing without it");
        }

        bool hasAuthor = MessageFrom.TryRead(header, out Address author, out string? problem);
        if (header.First("From") is null || (!hasAuthor && context.Get(DomainName) is null))
        {
            throw new UserErrorException($"the message cannot be signed: {problem}");
        }

        int hours = context.Get(Lifetime);
        return new DkimSigning
        {
            Key = key,
            Domain = context.Get(DomainName) is { } domain ? CheckContext.ToDomain(domain) : author.Domain,
            Selector = CheckContext.ToDomain(context.Get(Selector)!),
            Fields = fields ?? DkimSigning.DefaultFields,
            IsOversigned = !context.Get(NotOversigned),
            HeaderForm = context.Get(HeaderForm),
            BodyForm = context.Get(BodyForm),
            Lifetime = hours is > 0 and <= 24 * 365 * 10 ? TimeSpan.FromHours(hours)
                : hours == 0 ? null : throw new UserErrorException("--lifetime is a number of hours, at most ten years of them, or 0"),
        };
    }
}
