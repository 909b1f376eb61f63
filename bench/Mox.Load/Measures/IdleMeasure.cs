using System.Diagnostics;

namespace Mox.Load.Measures;

/// <summary>From the 250 of a delivery to the EXISTS that a client in IDLE sees; an EXISTS before the 250 counts as zero.</summary>
internal static class IdleMeasure
{
    public static async Task RunAsync(Target target, Results results, Options options)
    {
        const int Deliveries = 60;
        await DeliveryMeasure.EmptyAsync(target);
        using ImapConnection imap = await target.LoginAsync();
        await imap.OkAsync("SELECT INBOX");
        await imap.IdleAsync();
        using SmtpConnection smtp = await SmtpConnection.ConnectAsync(target.Smtp);
        List<double> times = [];
        for (int i = 1; i <= Deliveries; i++)
        {
            Task<long> seen = SeenAsync(i);
            await smtp.SendAsync(Messages.Sender, target.User, Messages.Make(i, 5_000, withDot: true));
            long accepted = Stopwatch.GetTimestamp();
            times.Add(Math.Max(0, Stopwatch.GetElapsedTime(accepted, await seen).TotalMilliseconds));
        }

        await imap.DoneAsync();
        results.Add("idle.exists.p50_ms", Results.Percentile(times, 0.50));
        results.Add("idle.exists.p99_ms", Results.Percentile(times, 0.99));
        await DeliveryMeasure.EmptyAsync(target);

        async Task<long> SeenAsync(int count)
        {
            while (await imap.WaitForExistsAsync() < count)
            {
            }

            return Stopwatch.GetTimestamp();
        }
    }
}
