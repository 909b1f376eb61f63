using Mox.Addresses;

namespace Mox.Config.Tests;

public class TransportTests
{
    private const string Transports = "Mox:Transports:relay:Smarthost";

    [Fact]
    public void Smarthost_LeastOptions_TakesDefaults()
    {
        MoxConfig config = Parse("\"Host\": \"smtp.example.com\"", "");
        Assert.Equal(new SmarthostConfig { Host = "smtp.example.com" }, config.Transports["relay"].Smarthost);
        Assert.Equal((587, SmarthostTls.Required, true), (config.Transports["relay"].Smarthost!.Port, config.Transports["relay"].Smarthost!.Tls, config.Transports["relay"].Smarthost!.VerifyCertificate));
        Assert.Equal(465, Parse("\"Host\": \"::1\", \"Tls\": \"Implicit\"", "").Transports["relay"].Smarthost!.Port);
    }

    [Fact]
    public void Smarthost_Login_NamesAFile()
    {
        SmarthostConfig smarthost = Parse("\"Host\": \"192.0.2.1\", \"Username\": \"me\", \"PasswordFile\": \"secret\", \"VerifyCertificate\": false", "").Transports["relay"].Smarthost!;
        Assert.Equal(("me", "/etc/mox/secret", false), (smarthost.Username, smarthost.PasswordFile, smarthost.VerifyCertificate));
    }

    [Theory]
    [InlineData("", Transports + ":Host", "is missing")]
    [InlineData("\"Host\": \"no host\"", Transports + ":Host", "is no host")]
    [InlineData("\"Host\": \"x.example\", \"Tls\": \"Maybe\"", Transports + ":Tls", "is not known here")]
    [InlineData("\"Host\": \"x.example\", \"Username\": \"me\"", Transports, "belong together")]
    [InlineData("\"Host\": \"x.example\", \"PasswordFile\": \"p\"", Transports, "belong together")]
    [InlineData("\"Host\": \"x.example\", \"Tls\": \"Opportunistic\", \"Username\": \"me\", \"PasswordFile\": \"p\"", Transports + ":Tls", "in the clear")]
    [InlineData("\"Host\": \"x.example\", \"Password\": \"p\"", Transports + ":Password", "there is no such option")]
    public void Smarthost_Wrong_IsOneProblem(string options, string path, string message) => AssertProblem(Problems(options, ""), path, message);

    [Fact]
    public void Transport_WithoutAKind_IsAProblem() => AssertProblem(
        Configs.StaticProblems("\"Postmaster\"", "\"Transports\": { \"relay\": {} }, \"Postmaster\""), "Mox:Transports:relay", "says no kind of transport");

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ü")]
    public void Transport_BadName_IsAProblem(string name) => AssertProblem(
        Configs.StaticProblems("\"Postmaster\"", $"\"Transports\": {{ \"{name}\": {{ \"Smarthost\": {{ \"Host\": \"x.example\" }} }} }}, \"Postmaster\""),
        $"Mox:Transports:{name}",
        "is no name for a transport");

    [Theory]
    [InlineData("\"Transport\": \"other\"", "Routes:0:Transport", "there is no transport \"other\"")]
    [InlineData("", "Routes:0:Transport", "is missing")]
    [InlineData("\"Transport\": \"relay\", \"ToDomains\": [ \"a_b\" ]", "Routes:0:ToDomains", "is no domain name")]
    [InlineData("\"Transport\": \"relay\", \"FromDomains\": [ \".\" ]", "Routes:0:FromDomains", "is no domain name")]
    [InlineData("\"Transport\": \"relay\", \"MinimumAttempts\": -1", "Routes:0:MinimumAttempts", "out of range")]
    [InlineData("\"Transport\": \"relay\", \"Domains\": []", "Routes:0:Domains", "there is no such option")]
    public void Route_Wrong_IsOneProblem(string options, string path, string message)
    {
        AssertProblem(Problems("\"Host\": \"x.example\"", $"\"Routes\": [ {{ {options} }} ],"), path, message);
        string ofAccount = Configs.Domains.Replace("\"Destinations\"", $"\"Routes\": [ {{ {options} }} ], \"Destinations\"", StringComparison.Ordinal);
        AssertProblem(Configs.Problems(WithRelay("\"Host\": \"x.example\""), ofAccount), "Accounts:alice:" + path, message);
        string ofDomain = Configs.Domains.Replace("\"LocalPartSeparators\"", $"\"Routes\": [ {{ {options} }} ], \"LocalPartSeparators\"", StringComparison.Ordinal);
        AssertProblem(Configs.Problems(WithRelay("\"Host\": \"x.example\""), ofDomain), "Domains:example.org:" + path, message);
    }

    [Theory]
    [InlineData("{}", null, "x.example", 0, true)]
    [InlineData("\"ToDomains\": [ \"x.example\" ]", "a.example", "x.example", 0, true)]
    [InlineData("\"ToDomains\": [ \"x.example\" ]", "a.example", "sub.x.example", 0, false)]
    [InlineData("\"ToDomains\": [ \"y.example\", \".x.example\" ]", "a.example", "sub.x.example", 0, true)]
    [InlineData("\"ToDomains\": [ \".x.example\" ]", "a.example", "x.example", 0, true)]
    [InlineData("\"ToDomains\": [ \".x.example\" ]", "a.example", "yx.example", 0, false)]
    [InlineData("\"FromDomains\": [ \"a.example\" ]", "a.example", "x.example", 0, true)]
    [InlineData("\"FromDomains\": [ \"a.example\" ]", "b.example", "x.example", 0, false)]
    [InlineData("\"FromDomains\": [ \"a.example\" ]", null, "x.example", 0, false)]
    [InlineData("\"MinimumAttempts\": 3", "a.example", "x.example", 2, false)]
    [InlineData("\"MinimumAttempts\": 3", "a.example", "x.example", 3, true)]
    [InlineData("\"FromDomains\": [ \"a.example\" ], \"ToDomains\": [ \"y.example\" ]", "a.example", "x.example", 0, false)]
    public void Route_Fits_WhenAllOfItDoes(string options, string? from, string to, int attempts, bool fits)
    {
        string more = options == "{}" ? "" : options + ", ";
        RouteConfig route = Assert.Single(Parse("\"Host\": \"x.example\"", $"\"Routes\": [ {{ {more}\"Transport\": \"relay\" }} ],").Routes);
        Assert.Equal(fits, route.Fits(from is null ? null : Domain.Parse(from), Domain.Parse(to), attempts));
    }

    [Theory]
    [InlineData("\"Queue\": { \"Lifetime\": \"2d12h\", \"DelayNotice\": \"0s\", \"Concurrency\": 7, \"PerDestination\": 7 }", 60, 0)]
    [InlineData("\"Queue\": { \"Lifetime\": \"90m\", \"DelayNotice\": \"1h\" }", 1.5, 1)]
    [InlineData("\"Queue\": { \"Lifetime\": \"3600s\", \"DelayNotice\": \"59m59s\" }", 1, 0.99972222222222218)]
    public void Queue_Times_AreRead(string options, double lifetime, double delayNotice)
    {
        MoxConfig config = Configs.Parse(Configs.Static.Replace("\"Postmaster\"", options + ", \"Postmaster\"", StringComparison.Ordinal), Configs.Domains);
        Assert.Equal((lifetime, delayNotice), (config.Queue.Lifetime.TotalHours, config.Queue.DelayNotice.TotalHours));
    }

    [Theory]
    [InlineData("\"Lifetime\": \"5\"", "Lifetime", "is no length of time")]
    [InlineData("\"Lifetime\": \"\"", "Lifetime", "is no length of time")]
    [InlineData("\"Lifetime\": \"1h2d\"", "Lifetime", "is no length of time")]
    [InlineData("\"Lifetime\": \"1.5h\"", "Lifetime", "is no length of time")]
    [InlineData("\"Lifetime\": \"-1h\"", "Lifetime", "is no length of time")]
    [InlineData("\"Lifetime\": \"99999999999d\"", "Lifetime", "is no length of time")]
    [InlineData("\"Lifetime\": \"d\"", "Lifetime", "is no length of time")]
    [InlineData("\"Lifetime\": 5", "Lifetime", "is a number, not a text")]
    [InlineData("\"Lifetime\": \"59m\"", "Lifetime", "is out of range")]
    [InlineData("\"Lifetime\": \"61d\"", "Lifetime", "is out of range")]
    [InlineData("\"Lifetime\": \"3h\"", "DelayNotice", "is not shorter than Lifetime")]
    [InlineData("\"Concurrency\": 3", "PerDestination", "is more than Concurrency")]
    [InlineData("\"Concurrency\": 0", "Concurrency", "out of range")]
    public void Queue_Wrong_IsOneProblem(string options, string name, string message) => AssertProblem(
        Configs.StaticProblems("\"Postmaster\"", $"\"Queue\": {{ {options} }}, \"Postmaster\""), "Mox:Queue:" + name, message);

    [Theory]
    [InlineData("ftp://x.example")]
    [InlineData("localhost:4317")]
    [InlineData("http://me:secret@x.example")]
    public void Telemetry_BadEndpoint_IsAProblem(string url) => AssertProblem(
        Configs.StaticProblems("\"Postmaster\"", $"\"Telemetry\": {{ \"OtlpEndpoint\": \"{url}\" }}, \"Postmaster\""), "Mox:Telemetry:OtlpEndpoint", "is no URL");

    [Theory]
    [InlineData("\"Submission\": {}", "Submission", "nobody can log in without TLS")]
    [InlineData("\"Submissions\": {}", "Submissions", "needs a certificate")]
    [InlineData("\"Metrics\": { \"Port\": 25 }", "Metrics", "is already used by")]
    public void Listener_NewServices_HaveTheirRules(string service, string name, string message) =>
        AssertProblem(Configs.StaticProblems("\"Smtp\": {}", $"\"Smtp\": {{}}, {service}"), $"Mox:Listeners:public:{name}", message);

    private static void AssertProblem(IReadOnlyList<ConfigProblem> problems, string path, string message)
    {
        ConfigProblem problem = Assert.Single(problems);
        Assert.Equal(path, problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.True(problem.Line > 0 && problem.WhatToDo.Length > 0);
    }

    private static string WithRelay(string smarthost) => Configs.Static.Replace(
        "\"Postmaster\"", $"\"Transports\": {{ \"relay\": {{ \"Smarthost\": {{ {smarthost} }} }} }}, \"Postmaster\"", StringComparison.Ordinal);

    private static string WithRoutes(string routes) => Configs.Domains.Replace("\"Accounts\"", routes + " \"Accounts\"", StringComparison.Ordinal);

    private static MoxConfig Parse(string smarthost, string routes) => Configs.Parse(WithRelay(smarthost), WithRoutes(routes));

    private static IReadOnlyList<ConfigProblem> Problems(string smarthost, string routes) => Configs.Problems(WithRelay(smarthost), WithRoutes(routes));
}
