using System.Collections.Immutable;

namespace Mox.Config.Description;

/// <summary>One option of the two files, for people: <c>mox config describe</c>, the template and the documentation are made of these.</summary>
/// <param name="File">appsettings.json or domains.json.</param>
/// <param name="Path">As in problems, with NAME and the like for names that the operator chooses: <c>Mox:Listeners:NAME:Smtp:Port</c>.</param>
/// <param name="Comment">What it does.</param>
/// <param name="Kind">What is written: text, number, true or false, one of some words, list of texts, size in bytes, length of time, file.</param>
/// <param name="Default">As JSON; null when it has to be written, or when leaving it out means something of its own (the comment says what).</param>
/// <param name="IsRequired">Whether the file is wrong without it.</param>
public sealed record ConfigOption(string File, string Path, string Comment, string Kind, string? Default, bool IsRequired);

/// <summary>All that the two files may say.</summary>
public static class ConfigDescription
{
    /// <summary>Every option and section, in the order of the files.</summary>
    public static ImmutableArray<ConfigOption> Options { get; } =
        [.. StaticDescription.File.Options(ConfigLoader.StaticFileName), .. DomainsDescription.File.Options(ConfigLoader.DomainsFileName)];

    /// <summary>A template of appsettings.json: every option with its comment and default.</summary>
    public static string StaticTemplate => StaticDescription.Header + OptionText.Write(StaticDescription.File);

    /// <summary>A template of domains.json.</summary>
    public static string DomainsTemplate => DomainsDescription.Header + OptionText.Write(DomainsDescription.File);

    /// <summary>Both in one text that is valid as appsettings.json: domains.json as a comment at the end.</summary>
    public static string Template =>
        StaticTemplate + "\n// domains.json, beside it:\n//\n"
        + string.Concat(OptionText.Write(DomainsDescription.File).TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? "//\n" : $"// {line}\n"));

    /// <summary>The options as a table in Markdown, one line each.</summary>
    public static string Markdown(string file) => OptionText.Markdown(Options.Where(option => option.File == file));
}
