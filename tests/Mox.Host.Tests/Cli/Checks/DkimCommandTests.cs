using Mox.EmailAuth.Dkim;
using Mox.Testing;

namespace Mox.Host.Tests.Cli.Checks;

public sealed class DkimCommandTests : IDisposable
{
    private const string Message = "From: Anna <anna@example.org>\r\nTo: ben@example.net\r\nSubject: hello\r\n\r\nHello Ben\r\n\r\n.\r\n";

    private readonly CheckRun _run = new();
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("rsa", "2048")]
    [InlineData("ed25519", "256")]
    public async Task KeyMadeAndPublished_SignsWhatPasses(string algorithm, string bits)
    {
        string file = await PublishAsync(algorithm);
        (await _run.RunAsync("dkim", "lookup", "s1", "example.org")).Result("pass", 0)
            .Says("name: s1._domainkey.example.org.").Says($"key type: {algorithm}").Says($"key bits: {bits}").Says("testing: no");
        CheckOutput signed = await _run.RunWithInputAsync(Message, "dkim", "sign", "--key", file, "--selector", "s1");
        Assert.Equal((0, ""), (signed.Code, signed.Error));
        Assert.StartsWith("DKIM-Signature: v=1; ", signed.Output, StringComparison.Ordinal);
        Assert.EndsWith("\r\n" + Message, signed.Output, StringComparison.Ordinal);

        (await _run.RunWithInputAsync(signed.Output, "dkim", "verify")).Result("pass", 0)
            .Says("signatures:").Says("    result: pass").Says("    domain: example.org").Says("    selector: s1").Says($"    algorithm: {algorithm}-sha256")
            .Says("    canonicalization: relaxed/relaxed").Says($"    key bits: {bits}").Says("    authentic: no");
        (await _run.RunWithInputAsync(signed.Output.Replace("Hello Ben", "Hello, Ben", StringComparison.Ordinal), "dkim", "verify")).Result("fail", 1)
            .Says("    problem: the body is not the one that was signed");
        var json = await _run.JsonWithInputAsync(signed.Output, "dkim", "verify");
        Assert.Equal("pass", json.GetProperty("signatures")[0].GetProperty("result").GetString());
    }

    [Fact]
    public async Task Verify_OfAFileWithUnixLineEnds_TakesThemForWhatWasSent()
    {
        string file = await PublishAsync("rsa");
        string signed = (await _run.RunWithInputAsync(Message.ReplaceLineEndings("\n"), "dkim", "sign", "--key", file, "--selector", "s1")).Output;
        Assert.EndsWith("\r\n" + Message, signed, StringComparison.Ordinal);
        (await _run.RunWithInputAsync(signed.ReplaceLineEndings("\n"), "dkim", "verify")).Result("pass", 0);
        // A lone LF in a message that came with CRLF is another byte than was signed.
        (await _run.RunWithInputAsync(signed.Replace("Ben\r\n\r\n", "Ben\n\r\n", StringComparison.Ordinal), "dkim", "verify")).Result("fail", 1);
    }

    [Fact]
    public async Task Verify_OfALargeMessage_WithLinesAcrossItsBuffers_Passes()
    {
        string file = await PublishAsync("ed25519");
        string large = Message.ReplaceLineEndings("\n") + string.Concat(Enumerable.Range(0, 30_000).Select(i => new string('x', i % 40) + "\n"));
        string signed = (await _run.RunWithInputAsync(large, "dkim", "sign", "--key", file, "--selector", "s1")).Output;
        Assert.EndsWith("\r\n" + large.ReplaceLineEndings("\r\n"), signed, StringComparison.Ordinal);
        (await _run.RunWithInputAsync(signed, "dkim", "verify")).Result("pass", 0);
    }

    [Fact]
    public async Task Verify_OfOtherMessages_HasTheResultsOfTheRfc()
    {
        (await _run.RunWithInputAsync(Message, "dkim", "verify")).Result("none", 1).Says("problem: the message is not signed");
        (await _run.RunWithInputAsync("DKIM-Signature: nonsense\r\n" + Message, "dkim", "verify")).Result("permerror", 1).Says("    problem: a bad tag");
        (await _run.RunWithInputAsync("", "dkim", "verify")).IsRefused("standard input has no message: ");
        string signed = (await _run.RunWithInputAsync(Message, "dkim", "sign", "--key", await PublishAsync("rsa"), "--selector", "s1")).Output;
        _run.Dns.Timeout("_domainkey.example.org");
        (await _run.RunWithInputAsync(signed, "dkim", "verify")).Result("temperror", 1);
    }

    [Fact]
    public async Task Sign_WithOptions_FollowsThem()
    {
        string file = await PublishAsync("rsa");
        string[] options =
            ["--key", file, "--selector", "s1", "--domain", "example.org", "--fields", "From:Subject", "--header-form", "simple", "--body-form", "simple", "--no-oversign", "--lifetime", "0"];
        string signed = (await _run.RunWithInputAsync(Message, ["dkim", "sign", .. options])).Output;
        (await _run.RunWithInputAsync(signed, "dkim", "verify")).Result("pass", 0).Says("    canonicalization: simple/simple").Says("    signed fields: From:Subject");
        Assert.DoesNotContain("x=", signed, StringComparison.Ordinal);
        var json = await _run.JsonWithInputAsync(Message, ["dkim", "sign", .. options]);
        Assert.StartsWith("DKIM-Signature: v=1; ", json.GetProperty("signature").GetString(), StringComparison.Ordinal);

        (await _run.RunWithInputAsync(Message, "dkim", "sign", "--key", file, "--selector", "s1", "--fields", "To")).IsRefused("--fields does not name From: ");
        (await _run.RunWithInputAsync(Message, "dkim", "sign", "--key", file, "--selector", "s1", "--lifetime", "-1")).IsRefused("--lifetime is a number of hours");
        (await _run.RunWithInputAsync("To: x\r\n\r\n", "dkim", "sign", "--key", file, "--selector", "s1")).IsRefused("the message cannot be signed: the From field is missing");
        (await _run.RunWithInputAsync(Message, "dkim", "sign", "--key", _directory["none"], "--selector", "s1")).IsRefused($"{_directory["none"]} cannot be read: ");
    }

    [Fact]
    public async Task Gen_WithoutAFile_PrintsTheKey_AndWithOneThatIsThereRefuses()
    {
        CheckOutput key = await _run.RunAsync("dkim", "gen", "ed25519");
        Assert.Equal("-----BEGIN PRIVATE KEY-----", key.Lines[0]);
        (await _run.RunWithInputAsync(key.Output, "dkim", "txt", "--selector", "s1", "--domain", "example.org")).Result("pass", 0).Says("algorithm: ed25519-sha256");
        string file = await PublishAsync("rsa");
        string before = await File.ReadAllTextAsync(file);
        (await _run.RunAsync("dkim", "gen", "rsa", file)).IsRefused($"{file} is there already: ");
        Assert.Equal(before, await File.ReadAllTextAsync(file));
        (await _run.RunWithInputAsync("no key", "dkim", "txt")).IsRefused("standard input has no key to sign with: ");
        (await _run.RunAsync("dkim", "txt", file, "--selector", "s1")).IsRefused("a line for the zone takes both");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Lookup_OfKeysThatAreNone_SaysWhatIsWrong()
    {
        _run.Dns.Txt("gone._domainkey.example.org", "v=DKIM1; p=").Txt("bad._domainkey.example.org", "v=DKIM1; p=AAAA").Txt("odd._domainkey.example.org", "v=DKIM1; k=x; p=AAAA")
            .Timeout("slow._domainkey.example.org");
        (await _run.RunAsync("dkim", "lookup", "gone", "example.org")).Result("permerror", 1).Says("problem: the key was revoked");
        (await _run.RunAsync("dkim", "lookup", "bad", "example.org")).Result("permerror", 1).Says("problem: the key is no RSA key");
        (await _run.RunAsync("dkim", "lookup", "odd", "example.org")).Result("permerror", 1).Says("problem: the key is of the type x");
        (await _run.RunAsync("dkim", "lookup", "none", "example.org")).Result("permerror", 1).Says("problem: there is no key");
        (await _run.RunAsync("dkim", "lookup", "slow", "example.org")).Result("temperror", 1);
    }

    // A key in a file, and its record in DNS.
    private async Task<string> PublishAsync(string algorithm)
    {
        string file = _directory[algorithm + ".pem"];
        var made = await _run.JsonAsync("dkim", "gen", algorithm, file);
        string record = made.GetProperty("record").GetString()!;
        (await _run.RunAsync("dkim", "txt", file, "--selector", "s1", "--domain", "example.org")).Result("pass", 0).Says($"record: {record}");
        _run.Dns.Txt("s1._domainkey.example.org", record);
        Assert.True(DkimRecord.TryParse(record, out _, out _));
        return file;
    }
}
