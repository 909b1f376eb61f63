using System.Text;
using Mox.Config.Tests.Live;

namespace Mox.Config.Tests;

public sealed class SecretFileTests : IDisposable
{
    private const string Relay = """
        "Transports": { "relay": { "Smarthost": { "Host": "x.example", "Username": "me", "PasswordFile": "secret" } } }, "Postmaster"
        """;

    private readonly ConfigDirectory _directory = new(statics: Configs.Static.Replace("\"Postmaster\"", Relay, StringComparison.Ordinal));

    private string Secret => Path.Combine(_directory.Path, "secret");

    [Theory]
    [InlineData("pass word", "pass word")]
    [InlineData("ünï\r\nmore", "ünï")]
    [InlineData(" x \n", " x ")]
    public void ReadText_FirstLine_IsTheSecret(string content, string secret)
    {
        Write(content);
        Assert.Equal(secret, SecretFile.ReadText(Secret));
        Assert.Single(ConfigLoader.Load(_directory.Path).Transports);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nsecond")]
    public void ReadText_Nothing_SaysWhere(string content)
    {
        Write(content);
        Assert.StartsWith($"{Secret} holds nothing", Assert.Throws<IOException>(() => SecretFile.ReadText(Secret)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SecretMissing_IsAProblem()
    {
        ConfigProblem problem = Assert.Single(Assert.Throws<ConfigException>(() => ConfigLoader.Load(_directory.Path)).Problems);
        Assert.Equal(("Mox:Transports:relay:Smarthost:PasswordFile", $"there is no file {Secret}"), (problem.Path, problem.Message));
        Assert.True(problem.Line > 0);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void Secret_OpenToOthers_IsRefused(UnixFileMode others)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Write("x");
        File.SetUnixFileMode(Secret, UnixFileMode.UserRead | others);
        Assert.EndsWith("chmod 600 it", Assert.Throws<IOException>(() => SecretFile.ReadText(Secret)).Message, StringComparison.Ordinal);
        Assert.Equal("chmod 600 it", Assert.Single(Assert.Throws<ConfigException>(() => ConfigLoader.Load(_directory.Path)).Problems).WhatToDo);
    }

    public void Dispose() => _directory.Dispose();

    private void Write(string content)
    {
        File.WriteAllText(Secret, content, new UTF8Encoding(false));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
