using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace DaprDynamo.ServiceDefaults.Startup;

/// <summary>A failed start as its operator is told about it.</summary>
/// <param name="Sentence">What is wrong, in one line.</param>
/// <param name="ExitCode">What the process ends with.</param>
public sealed partial record StartupFailure(string Sentence, int ExitCode)
{
    /// <summary>The host could not start or went down.</summary>
    public const int ExitCodeFailed = 1;

    /// <summary>The options are not valid.</summary>
    public const int ExitCodeBadOptions = 2;

    /// <summary>Recognizes the failures an operator can mend; null for any other.</summary>
    /// <param name="exception">What the start threw.</param>
    /// <param name="addresses">Where the host was to listen, for the failures that do not say it themselves.</param>
    public static StartupFailure? From(Exception exception, IEnumerable<string>? addresses = null)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var where = string.Join(", ", addresses ?? []);
        return exception switch
        {
            StartupFailureException known => new StartupFailure(known.Message, known.ExitCode),
            OptionsValidationException invalid => BadOptions(invalid.Failures),
            AggregateException several when several.Flatten().InnerExceptions.All(inner => inner is OptionsValidationException) =>
                BadOptions(several.Flatten().InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures)),
            IOException { InnerException: AddressInUseException } inUse => InUse(BoundAddress(inUse.Message) ?? where),
            AddressInUseException => InUse(where),
            SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => InUse(where),
            SocketException { SocketErrorCode: SocketError.AccessDenied } => CannotListen(where, "permission was denied"),
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => CannotListen(where, "this machine has no such address"),
            FormatException format when format.Message.StartsWith("Invalid url:", StringComparison.Ordinal) =>
                new StartupFailure($"The address to listen on is not valid: {OneLine(format.Message["Invalid url:".Length..])}.", ExitCodeBadOptions),
            InvalidDataException { InnerException: { } cause } unreadable when unreadable.Message.StartsWith("Failed to load configuration", StringComparison.Ordinal) =>
                new StartupFailure($"{OneLine(unreadable.Message)} {OneLine(cause.Message)}", ExitCodeBadOptions),
            _ => null,
        };
    }

    private static StartupFailure BadOptions(IEnumerable<string> failures) =>
        new($"The configuration is not valid: {OneLine(string.Join("; ", failures)).TrimEnd('.')}.", ExitCodeBadOptions);

    private static StartupFailure InUse(string address) =>
        CannotListen(address, "the address is already in use by another program or another instance");

    private static StartupFailure CannotListen(string address, string reason) =>
        new($"Cannot listen on {(address.Length > 0 ? address : "the configured address")}: {reason}.", ExitCodeFailed);

    /// <summary>Kestrel names the address only in its message.</summary>
    private static string? BoundAddress(string message) =>
        BindFailure().Match(message) is { Success: true } match ? match.Groups["address"].Value : null;

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();

    [GeneratedRegex(@"address (?<address>\S+?):? address already in use", RegexOptions.CultureInvariant)]
    private static partial Regex BindFailure();
}
