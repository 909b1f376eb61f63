using System.Text;
using Mox.Testing;

namespace Mox.Store.Tests;

public class SpooledMessageTests
{
    public static TheoryData<int> Sizes => new() { 10, 8 * 1024, 64 * 1024, 64 * 1024 + 1, 300_000 };

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Stream_ReadsTheBytes_BeforeWhileAndAfterTheyAreFlushed(int size)
    {
        using var flushing = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        int flushes = 0;
        var faults = new Faults();
        await using TestStore test = await TestStore.StartAsync(options => new StoreOptions
        {
            DataDirectory = options.DataDirectory,
            ScramIterations = options.ScramIterations,
            FileThreads = options.FileThreads,
            WrapFiles = files => new FaultyFiles(files, faults),
        });
        faults.Arm("flush", () =>
        {
            flushes++;
            flushing.Set();
            go.Wait(TimeSpan.FromSeconds(60));
        });
        byte[] text = Encoding.Latin1.GetBytes("Subject: x\r\n\r\n" + string.Concat(Enumerable.Range(0, size / 10).Select(i => $"{i:00000000}\r\n")));
        using SpooledMessage message = TestStore.Spool(test.Store, text);
        await using Stream stream = message.OpenStream();
        Assert.Equal(text.Length, stream.Length);
        Assert.Equal(text, await ReadAsync(stream));
        message.BeginFlush();
        message.BeginFlush();
        Assert.True(flushing.Wait(TimeSpan.FromSeconds(60)));
        Assert.Equal(text, await ReadAsync(stream));
        go.Set();
        await message.FlushAsync();
        Assert.Equal(text, await ReadAsync(stream));
        AddedMessage added = await test.Account.DeliverAsync(MailboxName.Parse("Inbox"), new NewMessage { Content = message }, default);
        Assert.Equal(text, await ReadAsync(stream));
        using MessageContent content = test.Account.OpenContent(added.MessageId)!;
        await using Stream stored = content.OpenStream();
        Assert.Equal(text, await ReadAsync(stored));
        Assert.Equal(1, flushes);
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var all = new MemoryStream();
        stream.Position = 0;
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}
