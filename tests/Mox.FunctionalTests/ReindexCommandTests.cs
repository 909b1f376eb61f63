namespace Mox.FunctionalTests;

/// <summary>mox reindex, with a running server and without.</summary>
public class ReindexCommandTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reindex_MakesTheIndexAnew(bool isRunning)
    {
        await using TestServer server = await TestServer.StartAsync();
        if (!isRunning)
        {
            await server.StopAsync();
        }

        string index = Path.Combine(server.DataDirectory, "accounts", "mox", "search.db");
        CommandResult one = await RunAsync(server, "reindex", "mox");
        Assert.Equal((0, "account mox: the text index is made anew, 0 messages\n"), (one.Code, one.Output));
        CommandResult all = await RunAsync(server, "reindex");
        Assert.Equal((0, one.Output), (all.Code, all.Output));
        Assert.True(File.Exists(index));
        CommandResult none = await RunAsync(server, "reindex", "nobody");
        Assert.Equal(1, none.Code);
        Assert.Contains("nobody", none.Error, StringComparison.Ordinal);
    }

    private static Task<CommandResult> RunAsync(TestServer server, params string[] arguments) =>
        CommandResult.RunAsync([.. arguments, "--config", server.ConfigDirectory]);
}
