namespace DaprDynamo.Core.Versioning;

/// <summary>
/// The name of one write: the <paramref name="Counter"/>-th of <paramref name="Actor"/>, counted from 1.
/// No two writes to a key ever have the same dot.
/// </summary>
/// <param name="Actor">Who coordinated the write.</param>
/// <param name="Counter">Which of the actor's writes to the key it is, 1 or more.</param>
public readonly record struct Dot(Actor Actor, ulong Counter) : IComparable<Dot>
{
    /// <summary>Orders dots by actor and counter; dots of different actors are not thereby older or newer.</summary>
    public int CompareTo(Dot other)
    {
        var byActor = Actor.CompareTo(other.Actor);
        return byActor != 0 ? byActor : Counter.CompareTo(other.Counter);
    }

    /// <summary>Whether the left dot comes before the right one.</summary>
    public static bool operator <(Dot left, Dot right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left dot comes after the right one.</summary>
    public static bool operator >(Dot left, Dot right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left dot is the right one or comes before it.</summary>
    public static bool operator <=(Dot left, Dot right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left dot is the right one or comes after it.</summary>
    public static bool operator >=(Dot left, Dot right) => left.CompareTo(right) >= 0;

    /// <summary>The dot as logs and pages show it.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Actor}:{Counter}");
}
