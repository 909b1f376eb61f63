using Mox.Dns.Wire;

namespace Mox.Dns.Upstream;

/// <summary>Reads a message's answer to a question and follows the aliases in it.</summary>
internal static class AliasChain
{
    /// <summary>The most aliases that are followed for one question, over all its messages.</summary>
    public const int MaxAliases = 16;

    /// <summary>Follows the aliases of a name as far as the message has them, and takes the records at their end.</summary>
    public static AliasChainEnd<T> Follow<T>(DnsMessage message, DnsName name, DnsRecordType<T> type, int aliases)
    {
        var ttl = uint.MaxValue;
        for (var followed = 0; ; followed++)
        {
            if (aliases + followed > MaxAliases)
            {
                return new(DnsStatus.ServFail, name) { Explanation = $"more than {MaxAliases} aliases" };
            }

            List<T> records = [];
            DnsName? alias = null;
            foreach (var record in message.Answers.Where(record => record.Name == name))
            {
                if (record.Type == type.Code)
                {
                    ttl = Math.Min(ttl, record.TtlSeconds);
                    if (!type.TryRead(message.Rdata(record), out var value))
                    {
                        return new(DnsStatus.Malformed, name) { Explanation = $"a bad {type} record" };
                    }

                    records.Add(value);
                }
                else if (record.Type == DnsRecordTypes.Cname.Code && alias is null)
                {
                    ttl = Math.Min(ttl, record.TtlSeconds);
                    if (!DnsRecordTypes.Cname.TryRead(message.Rdata(record), out var target))
                    {
                        return new(DnsStatus.Malformed, name) { Explanation = "a bad CNAME record" };
                    }

                    alias = target;
                }
            }

            if (records.Count > 0)
            {
                return new(DnsStatus.Ok, name) { Records = records, TtlSeconds = ttl, Aliases = followed };
            }

            if (alias is null)
            {
                return Nothing<T>(message, name, ttl, followed);
            }

            name = alias.Value;
        }
    }

    private static AliasChainEnd<T> Nothing<T>(DnsMessage message, DnsName name, uint ttl, int followed) => message.Code switch
    {
        // NXDOMAIN is about the last name of the chain (RFC 6604 section 3).
        DnsResponseCode.NxDomain => new(DnsStatus.NxDomain, name) { TtlSeconds = Math.Min(ttl, message.NegativeTtlSeconds ?? 0), Aliases = followed },
        // An alias without a word on where it leads: some servers leave that to the asker.
        _ when followed > 0 && message.NegativeTtlSeconds is null => new(DnsStatus.NoData, name) { TtlSeconds = ttl, Aliases = followed, IsUnfinished = true },
        _ => new(DnsStatus.NoData, name) { TtlSeconds = Math.Min(ttl, message.NegativeTtlSeconds ?? 0), Aliases = followed },
    };
}
