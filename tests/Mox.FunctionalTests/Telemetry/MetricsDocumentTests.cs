using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Mox.FunctionalTests.Telemetry;

/// <summary>What the program measures is what docs/metrics.md says.</summary>
[Collection(OneServerAtATime.Name)]
public sealed class MetricsDocumentTests
{
    [Fact]
    public void MetricsDocument_IsWhatTheInstrumentsSay()
    {
        string path = Repository.File("docs", "metrics.md");
        string page = MetricsDocument.Write(InstrumentEntry.All());
        if (Environment.GetEnvironmentVariable("MOX_REGENERATE") is { Length: > 0 })
        {
            File.WriteAllText(path, page);
        }

        Assert.Equal(page, File.ReadAllText(path));
    }

    [Fact]
    public void Instruments_FollowTheRulesOfNaming()
    {
        IReadOnlyList<InstrumentEntry> all = InstrumentEntry.All();
        Assert.True(all.Count > 20);
        Assert.Equal(all.Count, all.Select(instrument => instrument.Name).Distinct().Count());
        Assert.All(all, instrument =>
        {
            Assert.Matches(@"^mox(\.[a-z]+(_[a-z]+)*){2,4}$", instrument.Name);
            Assert.Matches(@"^(s|By|\{[a-z]+\})$", instrument.Unit);
            Assert.Matches(@"^[A-Z].*[^.]\.$", instrument.Description);
            // Else the end of the description is no list of keys.
            Assert.DoesNotContain(", by ", instrument.Description, StringComparison.Ordinal);
            Assert.Equal(instrument.Unit == "s", instrument.Name.Split('.')[^1] is "duration");
            Assert.Equal(instrument.Attributes.Distinct(), instrument.Attributes);
        });
    }

    [Fact]
    public async Task Measurements_HaveTheAttributesThatAreDeclared()
    {
        Dictionary<string, InstrumentEntry> declared = InstrumentEntry.All().ToDictionary(instrument => instrument.Name);
        var seen = new ConcurrentDictionary<string, bool>();
        var wrong = new ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name.StartsWith("Mox.", StringComparison.Ordinal) && declared.ContainsKey(instrument.Name))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Check(instrument, tags));
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Check(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Check(instrument, tags));
        listener.Start();
        await using (TestServer server = await TestServer.StartAsync())
        {
            await server.PlayAsync("SMTP", MailPathTests.Deliver);
            await server.PlayAsync("IMAPS", """
                S: * OK *
                C: a LOGIN mox@localhost wrong
                S: a NO *
                C: b LOGIN mox@localhost moxmoxmox
                S: b OK *
                C: c LOGOUT
                S: * BYE *
                S: c OK *
                """);
            listener.RecordObservableInstruments();
        }

        Assert.Empty(wrong);
        Assert.True(seen.Count > 12);

        void Check(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            seen[instrument.Name] = true;
            string[] keys = [.. tags.ToArray().Select(tag => tag.Key).Order(StringComparer.Ordinal)];
            if (!keys.SequenceEqual(declared[instrument.Name].Attributes.Order(StringComparer.Ordinal)))
            {
                wrong.Add($"{instrument.Name} is measured with {string.Join(", ", keys)}");
            }
        }
    }
}
