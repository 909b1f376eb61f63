namespace Mox.Host.Logging;

/// <summary>
/// What a message template says beside its values: <c>delivered from={MailFrom} to={Rcpt}</c> is the message "delivered" with fields
/// <c>from</c> and <c>to</c>. A template that weaves values into its text is taken whole.
/// </summary>
internal sealed class MessageShape
{
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);

    public MessageShape(string template)
    {
        int first = -1;
        for (int open = template.IndexOf('{', StringComparison.Ordinal); open >= 0; open = template.IndexOf('{', open + 1))
        {
            int close = template.IndexOf('}', open);
            int word = template.LastIndexOf(' ', open) + 1;
            if (close < 0 || open - word < 2 || template[open - 1] != '=')
            {
                // Text around a value: the first such one ends what can be taken apart.
                first = -1;
                break;
            }

            first = first < 0 ? word : first;
            _keys[template[(open + 1)..close].Split(':', ',')[0]] = template[word..(open - 1)];
        }

        // All after the first field must be fields, or words would be lost.
        bool onlyFields = first > 0 && template[first..].Split(' ').All(word => word.Contains("={", StringComparison.Ordinal));
        Text = onlyFields ? template[..first].TrimEnd(' ', ',', ':') : null;
    }

    /// <summary>The message without its fields, or null: then it is the formatted one.</summary>
    public string? Text { get; }

    /// <summary>What the template calls a value.</summary>
    public string KeyOf(string name) => _keys.GetValueOrDefault(name, name);
}
