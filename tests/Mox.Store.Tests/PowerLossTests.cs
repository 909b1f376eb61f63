using Microsoft.Win32.SafeHandles;
using Mox.Testing;

namespace Mox.Store.Tests;

/// <summary>A power failure: what was not flushed is gone, also the entries of directories. What was acknowledged must be there.</summary>
public class PowerLossTests
{
    [Fact]
    public async Task AfterEachCommit_TheFlushedFilesAloneHoldAllAcknowledgedMessages()
    {
        var disk = new FlushedFiles();
        using var image = new TempDirectory();
        await using TestStore test = await TestStore.StartAsync(o => new StoreOptions
        {
            DataDirectory = o.DataDirectory,
            FileThreads = 4,
            WrapFiles = disk.Over,
        });
        var acknowledged = new List<string>();
        for (int i = 1; i <= 12; i++)
        {
            AddedMessage added = await test.AddAsync(TestStore.Text(i));
            acknowledged.Add(TestStore.Text(i));
            if (i % 4 == 0)
            {
                await test.Account.CopyAsync(test.Inbox.Id, [added.Uid], test.Mailbox("Archive").Id, default);
            }

            // Only what the store flushed, and the database with its log, which COMMIT flushed.
            Directory.CreateDirectory(image["accounts", "mox", "msg", "a"]);
            foreach (string file in Directory.EnumerateFiles(test.AccountDirectory, "account.db*").Where(f => !f.EndsWith("-shm", StringComparison.Ordinal)))
            {
                File.Copy(file, image["accounts", "mox", Path.GetFileName(file)], overwrite: true);
            }

            disk.CopyTo(test.AccountDirectory, image["accounts", "mox"]);
            using var meters = new MetricRecorder();
            await using (AccountStore store = await AccountStore.StartAsync(
                new StoreOptions { DataDirectory = image.Path }, TimeProvider.System, test.Log, meters, default))
            {
                using AccountLease lease = await store.OpenAsync("mox", default);
                using MailboxView view = await lease.Account.OpenViewAsync(test.Inbox.Id, default);
                Assert.Equal(acknowledged, view.Current.Select(e => Read(lease.Account, e.MessageId)));
            }

            await TestStore.AssertConsistentAsync(image.Path);
        }

        Assert.Equal(0, disk.LinkedUnflushed);
    }

    private static string Read(Account account, MessageId id)
    {
        using MessageContent content = account.OpenContent(id)!;
        using var reader = new StreamReader(content.OpenStream());
        return reader.ReadToEnd();
    }

    /// <summary>Notes what was flushed: contents when their file was, names when their directory was.</summary>
    private sealed class FlushedFiles : IMessageFiles
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<SafeFileHandle, string> _open = [];
        private readonly HashSet<string> _flushed = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<string>> _unflushedNames = new(StringComparer.Ordinal);
        private readonly List<string> _names = [];
        private IMessageFiles _files = null!;

        public int LinkedUnflushed { get; private set; }

        public IMessageFiles Over(IMessageFiles files)
        {
            _files = files;
            return this;
        }

        public void CopyTo(string accountDirectory, string target)
        {
            lock (_gate)
            {
                foreach (string name in _names)
                {
                    string copy = Path.Combine(target, Path.GetRelativePath(accountDirectory, name));
                    Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                    File.Copy(name, copy, overwrite: true);
                }
            }
        }

        public SafeFileHandle CreateTemporary(out string path)
        {
            SafeFileHandle file = _files.CreateTemporary(out path);
            lock (_gate)
            {
                _open.Add(file, path);
            }

            return file;
        }

        public void Flush(SafeFileHandle file)
        {
            _files.Flush(file);
            lock (_gate)
            {
                _flushed.Add(_open[file]);
            }
        }

        public void Delete(string path) => _files.Delete(path);

        public IReadOnlyList<string> Link(string temporaryPath, string accountDirectory, MessageId id)
        {
            IReadOnlyList<string> touched = _files.Link(temporaryPath, accountDirectory, id);
            lock (_gate)
            {
                LinkedUnflushed += _flushed.Contains(temporaryPath) ? 0 : 1;
                string path = _files.PathOf(accountDirectory, id);
                string directory = Path.GetDirectoryName(path)!;
                if (!_unflushedNames.TryGetValue(directory, out List<string>? names))
                {
                    _unflushedNames.Add(directory, names = []);
                }

                names.Add(path);
            }

            return touched;
        }

        public void FlushDirectory(string path)
        {
            _files.FlushDirectory(path);
            lock (_gate)
            {
                if (_unflushedNames.Remove(path, out List<string>? names))
                {
                    _names.AddRange(names);
                }
            }
        }

        public long SweepAbove(string accountDirectory, long lastId) => _files.SweepAbove(accountDirectory, lastId);

        public string PathOf(string accountDirectory, MessageId id) => _files.PathOf(accountDirectory, id);

        public SafeFileHandle OpenRead(string accountDirectory, MessageId id) => _files.OpenRead(accountDirectory, id);
    }
}
