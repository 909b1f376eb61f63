using System.Text;
using System.Text.Json;
using Mox.Store;

namespace Mox.Queue;

/// <summary>A filter as SQL. The text is made of constants only; all values are parameters.</summary>
internal sealed class FilterSql
{
    private readonly StringBuilder _where = new("1");
    private readonly List<object> _values = [];

    private FilterSql()
    {
    }

    /// <summary>The condition, over Recipients r JOIN Messages m.</summary>
    public string Where => _where.ToString();

    /// <summary>The condition of a filter, without its <see cref="QueueFilter.Max"/>.</summary>
    public static FilterSql Of(QueueFilter filter)
    {
        if (filter.Ids is { Count: > QueueFilter.MaxIds } || filter.MessageIds is { Count: > QueueFilter.MaxIds })
        {
            throw new InvalidChangeException($"A filter has at most {QueueFilter.MaxIds} ids.");
        }

        var sql = new FilterSql();
        sql.And("r.Id IN (SELECT value FROM json_each(?))", Json(filter.Ids));
        sql.And("r.MessageId IN (SELECT value FROM json_each(?))", Json(filter.MessageIds));
        sql.And("m.Account = ?", filter.Account);
        sql.And("m.MailFrom LIKE ? ESCAPE '\\'", Part(filter.From));
        sql.And("(r.LocalPart || '@' || r.Domain) LIKE ? ESCAPE '\\'", Part(filter.To));
        sql.And("m.SubmittedAt >= ?", UnixTime.Of(filter.SubmittedFrom));
        sql.And("m.SubmittedAt < ?", UnixTime.Of(filter.SubmittedBefore));
        sql.And("r.NextAttemptAt >= ?", UnixTime.Of(filter.NextAttemptFrom));
        sql.And("r.NextAttemptAt < ?", UnixTime.Of(filter.NextAttemptBefore));
        sql.And("r.Transport = ?", filter.Transport);
        if (filter.IsHeld is { } isHeld)
        {
            sql._where.Append(isHeld ? " AND r.State = 3" : " AND r.State <> 3");
        }

        return sql;
    }

    /// <summary>Adds a condition with one parameter, unless its value is null.</summary>
    public void And(string condition, object? value)
    {
        if (value is not null)
        {
            _where.Append(" AND ").Append(condition);
            _values.Add(value);
        }
    }

    /// <summary>Adds a condition with two parameters.</summary>
    public void And(string condition, long first, long second)
    {
        _where.Append(" AND ").Append(condition);
        _values.Add(first);
        _values.Add(second);
    }

    /// <summary>Binds the values.</summary>
    public Statement Bind(Statement statement)
    {
        foreach (object value in _values)
        {
            _ = value is long number ? statement.Bind(number) : statement.Bind((string)value);
        }

        return statement;
    }

    private static string? Json(IReadOnlyList<long>? ids) => ids is null ? null : JsonSerializer.Serialize(ids);

    private static string? Part(string? text) => text is null ? null
        : $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
}
