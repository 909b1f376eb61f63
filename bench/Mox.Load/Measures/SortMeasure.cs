using System.Diagnostics;
using System.Text;

namespace Mox.Load.Measures;

/// <summary>SORT and THREAD of a mailbox of small messages in conversations, whose dates are not quite in the order of arrival.</summary>
internal static class SortMeasure
{
    private const string Mailbox = "Conversations";

    public static async Task RunAsync(Target target, Results results, Options options)
    {
        int messages = options.Number("mailbox", 10_000);
        await Filling.FillAsync(target, Mailbox, messages, number => Make(number, messages));
        using ImapConnection imap = await target.LoginAsync();
        await imap.OkAsync($"SELECT {Mailbox}");
        await TimeAsync("sort.date", "SORT (DATE) UTF-8 ALL");
        await TimeAsync("sort.subject", "SORT (SUBJECT) UTF-8 ALL");
        await TimeAsync("sort.from", "SORT (REVERSE FROM DATE) UTF-8 ALL");
        await TimeAsync("thread.references", "THREAD REFERENCES UTF-8 ALL");
        await TimeAsync("thread.orderedsubject", "THREAD ORDEREDSUBJECT UTF-8 ALL");

        // The first one may fill caches; then as a client does that looks again; then when a message has come.
        async Task TimeAsync(string name, string command)
        {
            results.Add($"{name}.first.ms", await OnceAsync(command));
            List<double> again = [];
            List<double> grown = [];
            for (int i = 0; i < 5; i++)
            {
                again.Add(await OnceAsync(command));
            }

            for (int i = 0; i < 3; i++)
            {
                await imap.AppendAsync(Mailbox, Make(messages + i, messages));
                grown.Add(await OnceAsync(command));
            }

            results.Add($"{name}.ms", Results.Percentile(again, 0.5));
            results.Add($"{name}.grown.ms", Results.Percentile(grown, 0.5));
        }

        async Task<double> OnceAsync(string command)
        {
            long began = Stopwatch.GetTimestamp();
            await imap.OkAsync(command);
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
    }

    // Conversations of eight, each a chain with a branch, a tenth of the messages alone.
    private static byte[] Make(int number, int count)
    {
        int start = number - (number % 8);
        bool isFirst = number == start || number % 10 == 9;
        int parent = number % 8 == 5 ? start + 2 : number - 1;
        DateTime date = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes((7 * number) + (number * 31 % 45));
        string references = isFirst ? "" : $"References: <{start}.{count}@load.example> <{parent}.{count}@load.example>\r\n";
        return Encoding.ASCII.GetBytes(
            $"From: Person {number % 211} <person{number % 211}@load.example>\r\nTo: u@bench.example\r\n"
            + $"Subject: {(isFirst ? "" : "Re: ")}Conversation {start / 8}\r\nDate: {date:ddd, dd MMM yyyy HH:mm:ss} +0000\r\n"
            + $"Message-ID: <{number}.{count}@load.example>\r\n{references}\r\nA few words.\r\n");
    }
}
