namespace DaprDynamo.Cluster.Storing;

/// <summary>A store could not do what was asked. The message is a sentence fit for an operator.</summary>
public abstract class StoreException : Exception
{
    /// <summary>Makes the exception.</summary>
    protected StoreException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>The disk is full. Nothing was changed; reads go on.</summary>
public sealed class StoreFullException(string message, Exception? cause = null) : StoreException(message, cause);

/// <summary>More changes wait than the store allows. Nothing was changed; try again shortly.</summary>
public sealed class StoreBusyException(string message, Exception? cause = null) : StoreException(message, cause);

/// <summary>What is on disk cannot be trusted. The message says what is wrong and what an operator can do.</summary>
public sealed class StoreDamagedException(string message, Exception? cause = null) : StoreException(message, cause);

/// <summary>What is on disk is sound, but was made for something else: another Q, another program, another version.</summary>
public sealed class StoreMismatchException(string message, Exception? cause = null) : StoreException(message, cause);

/// <summary>Another process has the data directory open.</summary>
public sealed class StoreLockedException(string message, Exception? cause = null) : StoreException(message, cause);
