namespace DaprDynamo.Node.Hosting;

/// <summary>The address of a node that nobody told its own: the first it listens on, as far as others can use it.</summary>
internal static class ListenAddress
{
    private const string Default = "http://localhost:5000";

    internal static Uri FirstOf(IConfiguration configuration)
    {
        var first = (configuration[WebHostDefaults.ServerUrlsKey] ?? Default).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .DefaultIfEmpty(Default).First();
        var address = BindingAddress.Parse(first);
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port).Uri;
    }
}
