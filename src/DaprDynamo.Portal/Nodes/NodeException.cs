using System.Net;

namespace DaprDynamo.Portal.Nodes;

/// <summary>A node could not be asked, or refused; the message is a sentence for whoever asked.</summary>
public sealed class NodeException : Exception
{
    /// <summary>Makes one for a node that could not be asked.</summary>
    public NodeException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>Makes one for a node that refused.</summary>
    public NodeException(string message, HttpStatusCode status)
        : base(message) => Status = status;

    /// <summary>Makes one that says nothing; here because exceptions have it.</summary>
    public NodeException()
        : this("The node could not be asked.")
    {
    }

    /// <summary>Makes one; here because exceptions have it.</summary>
    public NodeException(string message)
        : this(message, cause: null)
    {
    }

    /// <summary>What the node answered; null when it gave no answer.</summary>
    public HttpStatusCode? Status { get; }
}
