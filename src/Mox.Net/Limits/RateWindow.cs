namespace Mox.Net.Limits;

/// <summary>How much one network may do in a stretch of time, for each of the three <see cref="NetworkMasks"/>.</summary>
/// <param name="Length">The stretch; counting begins anew at each multiple of it.</param>
/// <param name="Narrow">For /32 and IPv6 /64.</param>
/// <param name="Middle">For /26 and IPv6 /48.</param>
/// <param name="Wide">For /21 and IPv6 /32.</param>
public sealed record RateWindow(TimeSpan Length, long Narrow, long Middle, long Wide)
{
    internal long Limit(int mask) => mask switch { 0 => Narrow, 1 => Middle, _ => Wide };
}
