using System.Security.Cryptography;
using System.Text;
using Mox.Store;

namespace Mox.Host.Cli;

/// <summary>Asks at the terminal, where there is one.</summary>
internal static class PasswordPrompt
{
    // No two that look alike. 20 of 54 are 115 bits.
    private const string Alphabet = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int GeneratedLength = 20;
    private const int MaxLength = 1024;

    /// <summary>A new password.</summary>
    public static string Generate() => RandomNumberGenerator.GetString(Alphabet, GeneratedLength);

    /// <summary>From the terminal, twice and without showing it; or the first line of standard input.</summary>
    /// <exception cref="UserErrorException">The two differ, or there is none.</exception>
    public static string Read()
    {
        if (Console.IsInputRedirected)
        {
            return Console.In.ReadLine() is { Length: > 0 } line
                ? line
                : throw new UserErrorException("standard input has no password: give it in a line, or use --generate");
        }

        using HiddenTyping? typing = HiddenTyping.Begin();
        string password = ReadHidden("New password: ", typing);
        return ReadHidden("Again: ", typing) == password ? password : throw new UserErrorException("these are two passwords: nothing was changed");
    }

    /// <summary>Whether the operator types a word; without a terminal nobody is asked, and it is taken as typed.</summary>
    public static bool Confirms(string question, string word)
    {
        if (Console.IsInputRedirected)
        {
            return true;
        }

        Console.Error.Write(question);
        return Console.ReadLine() == word;
    }

    private static string ReadHidden(string prompt, HiddenTyping? typing)
    {
        Console.Error.Write(prompt);
        if (typing is not null)
        {
            string? line = typing.ReadLine();
            Console.Error.WriteLine();
            return line ?? throw new UserErrorException("no password was typed: nothing was changed");
        }

        var password = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                password.Length = Math.Max(0, password.Length - 1);
            }
            else if (key.KeyChar != '\0' && password.Length < MaxLength)
            {
                password.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return password.ToString();
    }
}
