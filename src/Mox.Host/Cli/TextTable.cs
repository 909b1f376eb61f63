using System.Text;
using Spectre.Console;

namespace Mox.Host.Cli;

/// <summary>Rows for people: a table with lines on a terminal, else columns that a tab separates, with one line of names.</summary>
internal static class TextTable
{
    /// <summary>Prints the rows.</summary>
    public static void Write(TextWriter output, string[] columns, IEnumerable<string[]> rows)
    {
        if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected)
        {
            WriteToTerminal(columns, rows);
            return;
        }

        output.WriteLine(string.Join('\t', columns));
        foreach (string[] row in rows)
        {
            output.WriteLine(string.Join('\t', row.Select(Printable)));
        }
    }

    /// <summary>A text that cannot steer a terminal or end a line: what does not print becomes a question mark.</summary>
    public static string Printable(string text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool prints = Rune.GetUnicodeCategory(rune) is not (
                System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator);
            printable.Append(prints ? rune.ToString() : "?");
        }

        return printable.ToString();
    }

    private static void WriteToTerminal(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)));
        }

        foreach (string[] row in rows)
        {
            table.AddRow(row.Select(cell => new Text(Printable(cell))));
        }

        AnsiConsole.Write(table);
    }
}
