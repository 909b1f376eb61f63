namespace Mox.EmailAuth.Dkim;

/// <summary>What came of the signatures of a message.</summary>
/// <param name="Verdicts">One for each signature, in the order of the fields; at most <see cref="DkimVerifier.MaxSignatures"/>.</param>
/// <param name="Duration">How long it took.</param>
public sealed record DkimOutcome(IReadOnlyList<DkimVerdict> Verdicts, TimeSpan Duration)
{
    /// <summary>Those that hold.</summary>
    public IEnumerable<DkimVerdict> Passed => Verdicts.Where(verdict => verdict.Status == DkimStatus.Pass);

    /// <summary>The best of them; <see cref="DkimStatus.None"/> when there are none.</summary>
    public DkimStatus Status
    {
        get
        {
            ReadOnlySpan<DkimStatus> best =
                [DkimStatus.Pass, DkimStatus.TempError, DkimStatus.Fail, DkimStatus.Policy, DkimStatus.PermError, DkimStatus.Neutral];
            foreach (var status in best)
            {
                if (Verdicts.Any(verdict => verdict.Status == status))
                {
                    return status;
                }
            }

            return DkimStatus.None;
        }
    }
}
