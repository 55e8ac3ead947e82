namespace DaprDynamo.Transport.Discovery;

/// <summary>Consul is not there, refuses, or answers what cannot be understood; the message is a sentence.</summary>
public sealed class ConsulException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">The sentence.</param>
    public ConsulException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with what caused it.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="innerException">What caused it.</param>
    public ConsulException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
