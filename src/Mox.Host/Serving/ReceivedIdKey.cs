using Mox.Smtp;

namespace Mox.Host.Serving;

/// <summary>The key that hides connection ids in Received fields; made once, and kept so that old fields can be read for as long as logs are.</summary>
internal static class ReceivedIdKey
{
    private const string FileName = "receivedid.key";

    /// <summary>The cipher of this data directory.</summary>
    /// <exception cref="UserErrorException">The file has another length: it was damaged.</exception>
    public static ReceivedIdCipher Load(string dataDirectory)
    {
        string file = Path.Combine(dataDirectory, FileName);
        if (!File.Exists(file))
        {
            PrivateFiles.Write(file, ReceivedIdCipher.NewKey());
        }

        byte[] key = File.ReadAllBytes(file);
        return key.Length == ReceivedIdCipher.KeyBytes
            ? new ReceivedIdCipher(key)
            : throw new UserErrorException($"{file} is damaged: remove it, and a new one is made (ids in old Received fields are then lost)");
    }
}
