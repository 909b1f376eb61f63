using Mox.Mime;

namespace Mox.EmailAuth.Dkim;

/// <summary>Which fields a list of names means.</summary>
internal static class SignedFields
{
    /// <summary>
    /// For each name the last field of it that no earlier name took; a name without one stands for nothing, so that adding such a
    /// field breaks the signature (RFC 6376 section 5.4.2).
    /// </summary>
    public static IEnumerable<HeaderField> Select(IEnumerable<HeaderField> fields, IReadOnlyList<string> names)
    {
        var byName = names.Distinct(StringComparer.OrdinalIgnoreCase)
            .ToDictionary(name => name, _ => new Stack<HeaderField>(), StringComparer.OrdinalIgnoreCase);
        foreach (var field in fields)
        {
            if (byName.TryGetValue(field.Name, out var same))
            {
                same.Push(field);
            }
        }

        foreach (string name in names)
        {
            if (byName[name].TryPop(out var field))
            {
                yield return field;
            }
        }
    }
}
