using System.Diagnostics;
using System.Globalization;

namespace Mox.Benchmarks;

/// <summary>All benchmarks by a plain stopwatch on one thread: rough, but done in seconds; the best of five rounds counts.</summary>
internal static class QuickRun
{
    public static void All()
    {
        Mime();
        EmailAuth();
    }

    /// <summary>DKIM only.</summary>
    public static void EmailAuth()
    {
        var auth = new EmailAuthBenchmarks();
        auth.Setup();
        Count("verify DKIM of 5 KB, RSA-2048", () => auth.VerifyRsa());
        Count("verify DKIM of 5 KB, Ed25519", () => auth.VerifyEd25519());
        Count("sign 5 KB, RSA-2048", () => auth.SignRsa());
        Rate("canonicalise and hash 10 MB, relaxed", auth.Large.Length, () => auth.HashRelaxed());
        Rate("canonicalise and hash 10 MB, simple", auth.Large.Length, () => auth.HashSimple());
    }

    private static void Mime()
    {
        var mime = new MimeBenchmarks();
        mime.Setup();
        Rate("parse 10 MB attachment, one piece", mime.Attachment.Length, () => mime.ParseAttachment());
        Rate("parse 10 MB attachment, 4 KB pieces", mime.Attachment.Length, () => mime.ParseAttachmentInPieces());
        Rate("decode base64, 10 MB", mime.Attachment.Length, () => mime.DecodeBase64());
        Rate("decode quoted-printable, 10 MB", mime.Quoted.Length, () => mime.DecodeQuotedPrintable());
        Rate("encode base64, 7.5 MB", mime.Binary.Length, () => mime.EncodeBase64());
        Count("parse message of 5 KB", () => mime.ParseSmall());
        Count("parse multipart message of 5 KB", () => mime.ParseSmallMultipart());
        Count("envelope and structures for IMAP, both forms", () => mime.Render());
        Count("encode and decode the tree", () => mime.Codec());
        Count("all that a delivery needs of 5 KB", () => mime.Deliver());
        Count("preview", () => mime.PreviewSmall());
    }

    private static void Rate(string name, long bytes, Action action)
    {
        var seconds = Best(action);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-50} {bytes / seconds / 1e6,10:F0} MB/s"));
    }

    private static void Count(string name, Action action)
    {
        const int Batch = 2_000;
        var seconds = Best(() =>
        {
            for (var i = 0; i < Batch; i++)
            {
                action();
            }
        });
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-50} {Batch / seconds,10:F0} /s {seconds / Batch * 1e6,8:F2} us {allocated,8} B"));
    }

    private static double Best(Action action)
    {
        const int Rounds = 5;
        for (var warm = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(warm) < TimeSpan.FromMilliseconds(600);)
        {
            action();
        }
        var best = double.MaxValue;
        for (var i = 0; i < Rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }
}
