namespace DaprDynamo.Portal.Audit;

/// <summary>Something that a user did or tried.</summary>
/// <param name="At">When.</param>
/// <param name="Who">The user.</param>
/// <param name="What">What, in words.</param>
/// <param name="Outcome">What came of it, in words.</param>
public sealed record AuditEntry(DateTimeOffset At, string Who, string What, string Outcome);
