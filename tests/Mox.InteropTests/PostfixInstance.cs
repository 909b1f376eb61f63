namespace Mox.InteropTests;

/// <summary>A Postfix with its own configuration, queue and log in a folder of its own, beside any that the machine runs.</summary>
internal sealed class PostfixInstance : IAsyncDisposable
{
    // What every Postfix runs; what listens, and what delivers, comes before it.
    private const string Services = """
        cleanup   unix n - n - 0 cleanup
        qmgr      unix n - n 300 1 qmgr
        tlsmgr    unix - - n 1000? 1 tlsmgr
        proxymap  unix - - n - - proxymap
        rewrite   unix - - n - - trivial-rewrite
        bounce    unix - - n - 0 bounce
        defer     unix - - n - 0 bounce
        trace     unix - - n - 0 bounce
        flush     unix n - n 1000? 0 flush
        error     unix - - n - - error
        retry     unix - - n - - error
        anvil     unix - - n - 1 anvil
        postlog   unix-dgram n - n - 1 postlogd

        """;

    private bool _isRunning;

    /// <summary>Its folder; others may keep theirs in it too.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("mox-postfix-").FullName;

    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(Folder, "log");

    private string Configuration => Path.Combine(Folder, "etc");

    /// <summary>Writes its configuration.</summary>
    /// <param name="main">Lines of main.cf beyond those that keep it to itself.</param>
    /// <param name="master">Lines of master.cf: what listens, and what delivers.</param>
    public async Task PrepareAsync(string main, string master)
    {
        foreach (string name in (string[])["etc", "queue", "queue/private", "data"])
        {
            Directory.CreateDirectory(Path.Combine(Folder, name));
        }

        (await Programs.RunAsync("chmod", "755", Folder)).Expect(0);
        (await Programs.RunAsync("chown", "postfix", Path.Combine(Folder, "data"), Path.Combine(Folder, "queue", "private"))).Expect(0);
        await File.WriteAllTextAsync(Path.Combine(Configuration, "main.cf"), $"""
            compatibility_level = 3.6
            queue_directory = {Folder}/queue
            data_directory = {Folder}/data
            maillog_file = {LogFile}
            maillog_file_prefixes = {Folder}
            mydestination =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            alias_maps =
            smtputf8_enable = yes
            {main}

            """);
        await File.WriteAllTextAsync(Path.Combine(Configuration, "master.cf"), $"{master}\n{Services}");
    }

    /// <summary>Makes the folder of virtual mailboxes, and says their lines of main.cf.</summary>
    /// <param name="domains">Their domains.</param>
    /// <param name="mailboxes">Address and folder of each, as <c>bob@here.example=bob/</c>.</param>
    public async Task<string> MakeMailboxesAsync(IEnumerable<string> domains, IEnumerable<string> mailboxes)
    {
        const string user = "65534";
        string mail = Path.Combine(Folder, "mail");
        Directory.CreateDirectory(mail);
        (await Programs.RunAsync("chown", $"{user}:{user}", mail)).Expect(0);
        return $$"""
            virtual_mailbox_domains = {{string.Join(", ", domains)}}
            virtual_mailbox_base = {{mail}}
            virtual_mailbox_maps = inline:{ {{string.Join(", ", mailboxes)}} }
            virtual_uid_maps = static:{{user}}
            virtual_gid_maps = static:{{user}}
            """;
    }

    /// <summary>The messages of a virtual mailbox, as Postfix stored them (lines end in LF).</summary>
    public IReadOnlyList<string> Messages(string mailbox)
    {
        string folder = Path.Combine(Folder, "mail", mailbox, "new");
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(File.ReadAllText)] : [];
    }

    public async Task StartAsync()
    {
        (await Programs.RunAsync("postfix", "-c", Configuration, "start")).Expect(0);
        _isRunning = true;
    }

    /// <summary>Runs one of its programs that take their configuration from an option.</summary>
    public async Task<string> RunAsync(string program, string option, string[] arguments, string input = "") =>
        (await Programs.RunAsync(program, [option, Configuration, .. arguments], input)).Expect(0).Output;

    public async ValueTask DisposeAsync()
    {
        if (_isRunning)
        {
            await Programs.RunAsync("postfix", "-c", Configuration, "stop");
        }

        Directory.Delete(Folder, recursive: true);
    }
}
