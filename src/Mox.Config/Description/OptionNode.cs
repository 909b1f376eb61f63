namespace Mox.Config.Description;

/// <summary>A node of the description of a file: an option, or a section with more of them.</summary>
internal sealed record OptionNode
{
    /// <summary>The key in the file; for the elements of a map or list what stands for a name of the operator's.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in sentences.</summary>
    public required string Comment { get; init; }

    /// <summary>What is written: its kind and unit, for people.</summary>
    public string Kind { get; init; } = "section";

    /// <summary>As JSON.</summary>
    public string? Default { get; init; }

    /// <summary>What the template says, as JSON, when it is not the default; of an element of a map its key.</summary>
    public string? Sample { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>The template has it as a comment, because it would do something.</summary>
    public bool IsCommentedOut { get; init; }

    /// <summary>The template has it in <see cref="More"/> of its parent.</summary>
    public bool IsShownElsewhere { get; init; }

    public OptionNodeForm Form { get; init; } = OptionNodeForm.Value;

    public IReadOnlyList<OptionNode> Children { get; init; } = [];

    /// <summary>More elements of a map or list in the template: keys and JSON, each with a comment.</summary>
    public IReadOnlyList<(string Comment, string Line)> More { get; init; } = [];

    public static OptionNode Of(string name, string kind, string? byDefault, string comment, string? sample = null) =>
        new() { Name = name, Kind = kind, Default = byDefault, Comment = comment, Sample = sample };

    public static OptionNode Required(string name, string kind, string sample, string comment) =>
        new() { Name = name, Kind = kind, Sample = sample, Comment = comment, IsRequired = true };

    public static OptionNode Section(string name, string comment, params IReadOnlyList<OptionNode> children) =>
        new() { Name = name, Comment = comment, Children = children, Form = OptionNodeForm.Object };

    /// <summary>An object whose keys are the operator's.</summary>
    public static OptionNode Map(string name, string comment, string key, string sampleKey, params IReadOnlyList<OptionNode> children) =>
        new() { Name = name, Comment = comment, Kind = "section for each " + key, Sample = sampleKey, Default = key, Children = children, Form = OptionNodeForm.Map };

    /// <summary>A list of objects.</summary>
    public static OptionNode List(string name, string comment, params IReadOnlyList<OptionNode> children) =>
        new() { Name = name, Comment = comment, Kind = "list of sections", Children = children, Form = OptionNodeForm.List };

    /// <summary>With more elements in the template.</summary>
    public OptionNode Also(IReadOnlyList<(string Comment, string Line)> more) => this with { More = more };

    /// <summary>The options from here down.</summary>
    public IEnumerable<ConfigOption> Options(string file, string above = "")
    {
        string path = above.Length == 0 ? Name : $"{above}:{Name}";
        if (Name.Length > 0)
        {
            string? byDefault = Form == OptionNodeForm.Value ? Default : null;
            yield return new ConfigOption(file, path, Comment, Kind, byDefault, IsRequired);
        }

        string inside = Form switch { OptionNodeForm.Map => $"{path}:{Default}", OptionNodeForm.List => path + ":N", _ => path };
        foreach (ConfigOption option in Children.SelectMany(child => child.Options(file, inside)))
        {
            yield return option;
        }
    }
}

/// <summary>What stands behind the colon.</summary>
internal enum OptionNodeForm
{
    Value,
    Object,
    Map,
    List,
}
