using System.Text;

namespace Mox.FunctionalTests.Telemetry;

/// <summary>A protocol buffer without its schema: fields by number.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Number, byte[] Value)> _fields = [];

    public ProtoMessage(byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            ulong tag = Varint(bytes, ref at);
            int length = (tag & 7) switch
            {
                0 => VarintLength(bytes, at),
                1 => 8,
                2 => (int)Varint(bytes, ref at),
                5 => 4,
                _ => throw new InvalidDataException($"wire type {tag & 7}"),
            };
            _fields.Add(((int)(tag >> 3), bytes[at..(at + length)]));
            at += length;
        }
    }

    public IEnumerable<ProtoMessage> Messages(params int[] path) => path.Length == 0
        ? [this]
        : Values(path[0]).Select(value => new ProtoMessage(value)).SelectMany(message => message.Messages(path[1..]));

    public string Text(int number) => Encoding.UTF8.GetString(Values(number).FirstOrDefault() ?? []);

    public string Hex(int number) => Convert.ToHexString(Values(number).FirstOrDefault() ?? []);

    /// <summary>Attributes (KeyValue: 1 key, 2 value; AnyValue: 1 string, 3 int).</summary>
    public Dictionary<string, string> Attributes(int number) => Messages(number).ToDictionary(
        pair => pair.Text(1),
        pair => pair.Messages(2).Select(any => any.Values(3).FirstOrDefault() is { } number64 ? Number(number64) : any.Text(1)).FirstOrDefault() ?? "");

    private IEnumerable<byte[]> Values(int number) => _fields.Where(field => field.Number == number).Select(field => field.Value);

    private static string Number(byte[] varint)
    {
        int at = 0;
        return Varint(varint, ref at).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static int VarintLength(byte[] bytes, int at) => bytes.AsSpan(at).IndexOfAnyInRange<byte>(0, 127) + 1;

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte b = bytes[at++];
            value |= (ulong)(b & 127) << shift;
            if (b < 128)
            {
                return value;
            }
        }
    }
}
