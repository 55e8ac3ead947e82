namespace DaprDynamo.ServiceDefaults.Startup;

/// <summary>A start that cannot go on for a reason its operator can mend; the message is a whole sentence and is all that is shown.</summary>
public sealed class StartupFailureException : Exception
{
    /// <summary>Makes a failure with the exit code of one that is not about options.</summary>
    public StartupFailureException(string message)
        : this(message, StartupFailure.ExitCodeFailed)
    {
    }

    /// <summary>Makes a failure with an exit code of its own.</summary>
    public StartupFailureException(string message, int exitCode, Exception? innerException = null)
        : base(message, innerException) => ExitCode = exitCode;

    /// <summary>Makes a failure with what caused it.</summary>
    public StartupFailureException(string message, Exception innerException)
        : this(message, StartupFailure.ExitCodeFailed, innerException)
    {
    }

    /// <summary>Makes a failure that says nothing; here because exceptions have it.</summary>
    public StartupFailureException()
        : this("The host could not start.")
    {
    }

    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; }
}
