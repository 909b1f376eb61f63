using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Addresses;
using Mox.Config;
using Mox.EmailAuth;
using Mox.EmailAuth.Dkim;
using Mox.Store;

namespace Mox.Queue;

/// <summary>
/// Signs mail that leaves with the DKIM keys of its author's domain (RFC 6376 section 5): once, when it is queued, so that every attempt sends
/// the same bytes.
/// </summary>
/// <remarks>Thread-safe. The message is read through once for all signatures, and never held.</remarks>
public sealed partial class MailSigner(MailQueue queue, LiveConfig config, ILogger<MailSigner> logger)
{
    private readonly SigningKeys _keys = new();

    /// <summary>The signature fields, which go to the top of the message; empty when nobody signs for the domain.</summary>
    /// <param name="author">The domain of the From field.</param>
    /// <param name="content">The message.</param>
    /// <param name="prefix">Header lines before the content, which are signed too.</param>
    /// <param name="releaseAt">When it may leave first; null for now.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="SigningException">A key cannot be used. It was logged.</exception>
    public async ValueTask<string> SignAsync(
        Domain author, SpooledMessage content, ReadOnlyMemory<byte> prefix, DateTimeOffset? releaseAt, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (config.Current.SignerOf(author) is not { Dkim: { } dkim } domain)
        {
            return "";
        }

        long started = queue.Time.GetTimestamp();
        using Activity? activity = QueueMetrics.Activities.StartActivity("queue.sign");
        activity?.SetTag("mox.dkim.domain", domain.Name.Ascii);
        activity?.SetTag("mox.dkim.signatures", dkim.Sign.Length);
        await using Stream stream = content.OpenStream(prefix);
        AuthMessage message = await AuthMessage.ReadAsync(stream, ct);
        var fields = new StringBuilder();
        foreach (DkimSelectorConfig selector in dkim.Sign)
        {
            DkimSigning signing = Signing(domain, selector, releaseAt);
            fields.Append(await DkimSigner.SignAsync(message, signing, queue.Time.GetUtcNow(), ct));
            queue.Metrics.SignatureMade(signing.Key.Algorithm);
        }

        queue.Metrics.Signed(queue.Time.GetElapsedTime(started));
        return fields.ToString();
    }

    private DkimSigning Signing(DomainConfig domain, DkimSelectorConfig selector, DateTimeOffset? releaseAt) => new()
    {
        Domain = domain.Name,
        Selector = selector.Name,
        Key = Key(domain, selector),
        Fields = selector.Headers,
        IsOversigned = selector.Oversign,
        HeaderForm = Form(selector.HeaderCanonicalization),
        BodyForm = Form(selector.BodyCanonicalization),
        Lifetime = selector.Expiration == TimeSpan.Zero ? null : selector.Expiration + Waiting(releaseAt),
    };

    // A signature must not expire in the queue: it holds for the last attempt as for the first.
    private TimeSpan Waiting(DateTimeOffset? releaseAt)
    {
        TimeSpan delay = releaseAt - queue.Time.GetUtcNow() ?? TimeSpan.Zero;
        return queue.Options.Lifetime + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
    }

    private DkimPrivateKey Key(DomainConfig domain, DkimSelectorConfig selector)
    {
        try
        {
            return _keys.Get(selector.KeyFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or PlatformNotSupportedException)
        {
            queue.Metrics.SignatureFailed();
            LogNoKey(logger, domain.Name.Ascii, selector.Name.Ascii, selector.KeyFile, e.Message);
            throw new SigningException($"The key {selector.KeyFile} cannot be used.", e);
        }
    }

    private static Canonicalization Form(DkimCanonicalization form) =>
        form == DkimCanonicalization.Simple ? Canonicalization.Simple : Canonicalization.Relaxed;

    [LoggerMessage(Level = LogLevel.Error, Message = "no mail from the domain is taken: it cannot be signed domain={Domain} selector={Selector} file={File} problem={Problem}")]
    private static partial void LogNoKey(ILogger logger, string domain, string selector, string file, string problem);
}
