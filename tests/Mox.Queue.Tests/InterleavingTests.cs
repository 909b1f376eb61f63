using System.Globalization;
using Mox.Smtp;
using Mox.Testing;

namespace Mox.Queue.Tests;

/// <summary>All that can happen to queued mail, in random order, beside a model of a few lines.</summary>
public class InterleavingTests
{
    private const int Steps = 250;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task AnyOrderOfEvents_LosesNothing_LeasesNothingTwice_AndKeepsTheDueIndexTrue(int seed)
    {
        await using TestQueue test = await TestQueue.StartAsync(o => o with { DelayNotice = TimeSpan.Zero }, runs: false);
        var run = new Run(test, new Random(seed));
        for (int step = 0; step < Steps; step++)
        {
            string what = await run.StepAsync();
            await run.CompareAsync($"seed {seed}, step {step}: {what}");
        }

        // Nothing is lost: whatever was taken is there, or ended in one of the ways that there are.
        Assert.Equal(run.Accepted, run.Rows.Count + run.Delivered + run.Dropped + run.Reported);
        Assert.All([run.Delivered, run.Dropped, run.Reported], count => Assert.NotEqual(0, count));
        string[] contents = [.. run.Rows.Values.Select(r => r.MessageId.ToString(CultureInfo.InvariantCulture)).Distinct().Order()];
        await TestQueue.EventuallyAsync(() => Task.FromResult(test.Files().SequenceEqual(contents)));
    }

    /// <summary>A recipient as the model has it.</summary>
    private sealed class Row(long messageId, string domain, long releaseAt, long expiresAt)
    {
        public long MessageId => messageId;

        public string Domain => domain;

        public long ReleaseAt => releaseAt;

        public long ExpiresAt => expiresAt;

        public QueueState State { get; set; }

        public int Attempts { get; set; }

        public long DueAt { get; set; }
    }

    private sealed class Run
    {
        private static readonly string[] Domains = ["a.example", "b.example", "c.example"];

        private readonly TestQueue _test;
        private readonly Random _random;
        private readonly RouteTable _routes;
        private readonly List<ClaimedAttempt> _claims = [];
        private readonly (int Weight, Func<Task<string>> Do)[] _events;
        private long _lease;

        public Run(TestQueue test, Random random)
        {
            (_test, _random) = (test, random);
            _routes = new RouteTable(test.Live);
            _events =
            [
                (6, SubmitAsync), (6, ClaimAsync), (5, FinishAsync), (3, ReportAsync), (4, AdvanceAsync),
                (2, () => ChangeAsync("hold", _test.Queue.HoldAsync, QueueState.Queued, Held)),
                (3, () => ChangeAsync("unhold", _test.Queue.UnholdAsync, QueueState.Held, Unheld)),
                (1, () => ChangeAsync("fail", _test.Queue.FailAsync, null, Failed)),
                (2, ScheduleAsync), (1, DropAsync), (1, ReopenAsync),
            ];
        }

        public Dictionary<long, Row> Rows { get; } = [];

        public int Accepted { get; private set; }

        public int Delivered { get; private set; }

        public int Dropped { get; private set; }

        public int Reported { get; private set; }

        private long Now => UnixTime.Of(_test.Time.GetUtcNow());

        public Task<string> StepAsync()
        {
            int at = _random.Next(_events.Sum(e => e.Weight));
            return _events.First(e => (at -= e.Weight) < 0).Do();
        }

        /// <summary>The list, and the due index, are what the model says.</summary>
        public async Task CompareAsync(string where)
        {
            string[] expected = [.. Rows.OrderBy(r => r.Key).Select(r => $"{r.Key} {r.Value.State} {r.Value.Attempts} {(r.Value.State == QueueState.Held ? null : r.Value.DueAt)}")];
            string[] found = [.. (await _test.ListAsync()).OrderBy(m => m.Id).Select(m => $"{m.Id} {m.State} {m.Attempts} {UnixTime.Of(m.NextAttemptAt)}")];
            Assert.True(expected.SequenceEqual(found), $"{where}:\n{string.Join('\n', expected)}\nbut found\n{string.Join('\n', found)}");
            (List<DueRow> due, long next) = await _test.Queue.ReadAsync(db => (DueRow.Read(db, default, Now, 10_000), DueRow.NextAfter(db, Now)));
            var waiting = Rows.Where(r => r.Value.State is QueueState.Queued or QueueState.Reporting).ToList();
            long[] wanted = [.. waiting.Where(r => r.Value.DueAt <= Now).OrderBy(r => (r.Value.DueAt, r.Key)).Select(r => r.Key)];
            Assert.True(wanted.SequenceEqual(due.Select(d => d.Position.Id)), $"{where}: due {string.Join(' ', wanted)} but found {string.Join(' ', due)}");
            Assert.True(next == waiting.Select(r => r.Value.DueAt).Where(at => at > Now).Append(UnixTime.Never).Min(), $"{where}: next due at {next}");
            Assert.True(_test.Queue.Length == Rows.Count, $"{where}: length {_test.Queue.Length}");
        }

        private async Task<string> SubmitAsync()
        {
            int number = Accepted + 1;
            RecipientRequest[] to = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(i => TestQueue.To($"r{i}@{Domains[_random.Next(Domains.Length)]}"))];
            DateTimeOffset? release = _random.Next(4) == 0 ? _test.Time.GetUtcNow() + TimeSpan.FromMinutes(_random.Next(1, 300)) : null;
            long id = await _test.AddAsync(number, to, release: release);
            long dueAt = Math.Max(Now, UnixTime.Of(release) ?? 0);
            foreach (QueuedMessage added in (await _test.ListAsync()).Where(m => m.MessageId == id))
            {
                Assert.True(Rows.TryAdd(
                    added.Id,
                    new Row(id, added.To[(added.To.IndexOf('@', StringComparison.Ordinal) + 1)..], UnixTime.Of(release) ?? 0, dueAt + (long)_test.Queue.Options.Lifetime.TotalMilliseconds)
                    {
                        DueAt = dueAt,
                    }));
            }

            Assert.Equal(to.Length, Rows.Values.Count(r => r.MessageId == id));
            Accepted += to.Length;
            return $"submitted {id}";
        }

        private async Task<string> ClaimAsync()
        {
            // Also what is not there any more, or not due: a hint that is too late.
            Row[] known = [.. Rows.Values];
            if (known.Length == 0)
            {
                return "nothing to claim";
            }

            Row wanted = known[_random.Next(known.Length)];
            var item = new DueItem(wanted.MessageId, wanted.Domain, wanted.Attempts);
            long[] due = [.. Rows.Where(r => r.Value.State == QueueState.Queued && r.Value.DueAt <= Now && Item(r.Value) == item).Select(r => r.Key).Order()];
            ClaimedAttempt? claimed = await _test.Queue.WriteAsync(c => ClaimedAttempt.Run(c, item, ++_lease, _routes, _random.NextDouble()));
            Assert.Equal(due, claimed?.Recipients.Select(r => r.Id) ?? []);
            if (claimed is null)
            {
                return $"claimed nothing of {item}";
            }

            HashSet<long> leased = [.. _claims.SelectMany(c => c.Recipients).Select(r => r.Id).Where(Rows.ContainsKey)];
            Assert.DoesNotContain(claimed.Recipients, r => leased.Contains(r.Id));
            foreach (QueuedRecipient recipient in claimed.Recipients)
            {
                Row row = Rows[recipient.Id];
                (row.State, row.Attempts, row.DueAt) = (QueueState.Delivering, row.Attempts + 1, UnixTime.Of(recipient.NextAttemptAt));
                Assert.True(row.DueAt > Now);
            }

            _claims.Add(claimed);
            return $"claimed {item}";
        }

        private async Task<string> FinishAsync()
        {
            if (_claims.Count == 0)
            {
                return "nothing to finish";
            }

            ClaimedAttempt claimed = _claims[_random.Next(_claims.Count)];
            _claims.Remove(claimed);
            RecipientOutcome[] outcomes = [.. claimed.Recipients.Select(_ => _random.Next(5) switch
            {
                0 => FakeTransport.Permanent,
                1 or 2 => FakeTransport.Temporary,
                _ => FakeTransport.HandedOn,
            })];
            var finished = new FinishedAttempt(claimed, new TransportResult(outcomes), _test.Queue.Options);
            await _test.Queue.WriteAsync(c =>
            {
                (int gone, bool isContentGone) = finished.Run(c);
                c.AfterCommit(() => _test.Queue.Gone(gone, isContentGone ? [claimed.Content.Id] : []));
                return true;
            });
            foreach ((QueuedRecipient recipient, RecipientOutcome outcome) in claimed.Recipients.Zip(outcomes))
            {
                // Dropped while it was on its way.
                if (!Rows.TryGetValue(recipient.Id, out Row? row))
                {
                    continue;
                }

                if (outcome.IsSuccess)
                {
                    Rows.Remove(recipient.Id);
                    Delivered++;
                }
                else if (outcome.Kind == OutcomeKind.Permanent || row.DueAt > row.ExpiresAt)
                {
                    (row.State, row.DueAt) = (QueueState.Reporting, Now);
                }
                else
                {
                    row.State = QueueState.Queued;
                }
            }

            return $"finished {claimed.Content.Id}: {string.Join(' ', outcomes.Select(o => o.Kind))}";
        }

        private async Task<string> ReportAsync()
        {
            if (Rows.Values.FirstOrDefault(r => r.State == QueueState.Reporting) is not { } done)
            {
                return "nothing to report";
            }

            int before = await CountReportsAsync();
            await new Reports(_test.Queue, static () => "mox", new RecordingLogger()).SendAsync(done.MessageId);
            Assert.Equal(before + 1, await CountReportsAsync());
            Reported += RemoveAll(r => r.MessageId == done.MessageId && r.State == QueueState.Reporting);
            return $"reported {done.MessageId}";
        }

        // Late ones are the postmaster's.
        private async Task<int> CountReportsAsync() => (await _test.InboxAsync("alice")).Length + (await _test.InboxAsync("mox")).Length;

        private Task<string> AdvanceAsync()
        {
            _test.Time.Advance(TimeSpan.FromSeconds(_random.Next(1, _random.Next(10) == 0 ? 200_000 : 2_000)));
            return Task.FromResult("time went on");
        }

        private async Task<string> ChangeAsync(
            string what, Func<QueueFilter, CancellationToken, Task<int>> change, QueueState? from, Action<Row> apply)
        {
            (QueueFilter filter, Row[] selected) = Select();
            Row[] changed = [.. selected.Where(r => r.State == from || (from is null && r.State is QueueState.Queued or QueueState.Held))];
            Assert.Equal(changed.Length, await change(filter, default));
            Array.ForEach(changed, apply);
            return $"{what} {filter}";
        }

        private Task<string> ScheduleAsync()
        {
            TimeSpan by = TimeSpan.FromMinutes(_random.Next(-600, 600));
            if (_random.Next(2) == 0)
            {
                return ChangeAsync(
                    $"move by {by}", (filter, ct) => _test.Queue.ScheduleAsync(filter, QueueSchedule.By(by), ct), QueueState.Queued,
                    row => row.DueAt = Math.Max(row.DueAt + (long)by.TotalMilliseconds, row.ReleaseAt));
            }

            DateTimeOffset at = _test.Time.GetUtcNow() + by;
            return ChangeAsync(
                $"schedule at {at:O}", (filter, ct) => _test.Queue.ScheduleAsync(filter, QueueSchedule.At(at), ct), QueueState.Queued,
                row => row.DueAt = Math.Max(UnixTime.Of(at), row.ReleaseAt));
        }

        private async Task<string> DropAsync()
        {
            (QueueFilter filter, Row[] selected) = Select();
            Assert.Equal(selected.Length, await _test.Queue.DropAsync(filter, default));
            Dropped += RemoveAll(selected.Contains);
            return $"drop {filter}";
        }

        // What was being delivered is cut off: tried again at the time that was set when it was claimed.
        private async Task<string> ReopenAsync()
        {
            await _test.RestartAsync(runs: false);
            _claims.Clear();
            foreach (Row row in Rows.Values.Where(r => r.State == QueueState.Delivering))
            {
                row.State = QueueState.Queued;
            }

            return "reopened";
        }

        private (QueueFilter Filter, Row[] Selected) Select()
        {
            if (_random.Next(3) == 0)
            {
                string domain = Domains[_random.Next(Domains.Length)];
                return (new QueueFilter { To = "@" + domain }, [.. Rows.Values.Where(r => r.Domain == domain)]);
            }

            long[] ids = [.. Rows.Keys.Where(_ => _random.Next(4) == 0), 1_000_000];
            return (new QueueFilter { Ids = ids }, [.. ids.Where(Rows.ContainsKey).Select(id => Rows[id])]);
        }

        private static DueItem Item(Row row) => new(row.MessageId, row.Domain, row.Attempts);

        private static void Held(Row row) => (row.State, row.DueAt) = (QueueState.Held, UnixTime.Never);

        private void Unheld(Row row) => (row.State, row.DueAt) = (QueueState.Queued, Math.Max(Now, row.ReleaseAt));

        private void Failed(Row row) => (row.State, row.DueAt) = (QueueState.Reporting, Now);

        private int RemoveAll(Func<Row, bool> isGone)
        {
            long[] gone = [.. Rows.Where(r => isGone(r.Value)).Select(r => r.Key)];
            Array.ForEach(gone, id => Rows.Remove(id));
            return gone.Length;
        }
    }
}
