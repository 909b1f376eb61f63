using System.Text;

namespace Mox.Config.Description;

/// <summary>Writes a description as a commented JSON file, and as a table.</summary>
internal sealed class OptionText
{
    private const int Width = 130;
    private readonly StringBuilder _text = new();

    private OptionText()
    {
    }

    /// <summary>A file with everything in it: valid, with comments and trailing commas.</summary>
    public static string Write(OptionNode file)
    {
        var writer = new OptionText();
        writer.Line(0, "{");
        writer.Children(file, 1);
        writer.Line(0, "}");
        return writer._text.ToString();
    }

    public static string Markdown(IEnumerable<ConfigOption> options)
    {
        var table = new StringBuilder("| option | what is written | default | |\n|---|---|---|---|\n");
        foreach (ConfigOption option in options)
        {
            string byDefault = option.Default is { } value ? $"`{value}`" : option.IsRequired ? "required" : "";
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{option.Path}` | {option.Kind} | {byDefault} | {option.Comment} |\n");
        }

        return table.ToString();
    }

    private void Children(OptionNode parent, int depth)
    {
        OptionNode[] shown = [.. parent.Children.Where(child => !child.IsShownElsewhere)];
        for (int i = 0; i < shown.Length; i++)
        {
            OptionNode node = shown[i];
            if (i > 0 && (node.Form != OptionNodeForm.Value || shown[i - 1].Form != OptionNodeForm.Value))
            {
                _text.Append('\n');
            }

            Comment(depth, Explain(node));
            Node(node, depth);
        }
    }

    private void Node(OptionNode node, int depth)
    {
        switch (node.Form)
        {
            case OptionNodeForm.Value:
                Line(depth, $"{(node.IsCommentedOut ? "// " : "")}\"{node.Name}\": {node.Sample ?? node.Default ?? "null"},");
                break;
            case OptionNodeForm.Object:
                Block(depth, $"\"{node.Name}\": {{", node, "},");
                break;
            case OptionNodeForm.Map:
                Line(depth, $"\"{node.Name}\": {{");
                Block(depth + 1, $"\"{node.Sample}\": {{", node, "},");
                More(node, depth + 1);
                Line(depth, "},");
                break;
            default:
                Line(depth, $"\"{node.Name}\": [");
                Block(depth + 1, "{", node, "},");
                More(node, depth + 1);
                Line(depth, "],");
                break;
        }
    }

    private void More(OptionNode node, int depth)
    {
        foreach ((string comment, string line) in node.More)
        {
            Comment(depth, comment);
            Line(depth, line);
        }
    }

    private void Block(int depth, string open, OptionNode node, string close)
    {
        Line(depth, open);
        Children(node, depth + 1);
        Line(depth, close);
    }

    private static string Explain(OptionNode node)
    {
        string text = node.Comment;
        if (node.Form == OptionNodeForm.Value)
        {
            string byDefault = node.IsRequired ? "Required." : node.Default is { } value ? $"Default: {value}." : "";
            text = $"{text} ({node.Kind}) {byDefault}".TrimEnd();
        }

        return text;
    }

    private void Comment(int depth, string text)
    {
        var line = new StringBuilder("//");
        foreach (string word in text.Split(' '))
        {
            if (line.Length + word.Length + 1 > Width - (2 * depth))
            {
                Line(depth, line.ToString());
                line.Clear().Append("//");
            }

            line.Append(' ').Append(word);
        }

        Line(depth, line.ToString());
    }

    private void Line(int depth, string text) => _text.Append(' ', 2 * depth).Append(text).Append('\n');
}
