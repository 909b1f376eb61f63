using Mox.Addresses;

namespace Mox.Config.Files;

/// <summary>Domains and addresses as operators write them: in Unicode, so that a reader of the file sees what it says.</summary>
internal static class DomainText
{
    public static Domain? Read(ProblemList problems, string path, string text)
    {
        if (!Domain.TryParse(text, out Domain domain))
        {
            problems.Add(path, $"\"{text}\" is no domain name", "write one as in \"example.org\"");
            return null;
        }

        if (!text.Equals(domain.Unicode, StringComparison.OrdinalIgnoreCase))
        {
            problems.Add(path, $"\"{text}\" is not in Unicode form", $"write \"{domain.Unicode}\"");
        }

        return domain;
    }

    /// <summary>The name of a host of ours; an empty text was reported as missing.</summary>
    public static Domain ReadHostname(ProblemList problems, string path, string text) => text.Length == 0 ? default : Read(problems, path, text) ?? default;

    public static Address? ReadAddress(ProblemList problems, string path, string text)
    {
        if (!Address.TryParse(text, out Address address))
        {
            problems.Add(path, $"\"{text}\" is no address", "write one as in \"name@example.org\"");
            return null;
        }

        // A domain has no @, so the last one divides.
        return Read(problems, path, text[(text.LastIndexOf('@') + 1)..]) is null ? null : address;
    }
}
