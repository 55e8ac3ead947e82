namespace DaprDynamo.StandInSidecar;

/// <summary>The part of a Dapr Configuration that says how names are resolved with Consul.</summary>
internal sealed record SidecarConfiguration(
    Uri Consul, bool SelfRegister, bool SelfDeregister, bool UseCache, IReadOnlyList<string> Tags, IReadOnlyDictionary<string, string> Meta, IReadOnlyList<ConsulCheck> Checks)
{
    internal static SidecarConfiguration Read(string path)
    {
        var resolution = Yaml.Read(path).First(document => document.Text("kind") == "Configuration").At("spec", "nameResolution");
        if (resolution.Text("component") != "consul")
        {
            throw new ArgumentException($"{path} resolves names with {resolution.Text("component") ?? "nothing"}: the stand-in knows only consul.", nameof(path));
        }

        var configuration = resolution.At("configuration");
        return new SidecarConfiguration(
            new Uri($"http://{configuration.Text("client", "address") ?? "127.0.0.1:8500"}"),
            configuration.Text("selfRegister") == "true",
            configuration.Text("selfDeregister") == "true",
            configuration.Text("useCache") == "true",
            [.. configuration.Items("tags").Select(tag => tag.Text()!)],
            configuration.Entries("meta").ToDictionary(pair => pair.Key, pair => pair.Value.Text()!, StringComparer.Ordinal),
            [
                .. configuration.Items("checks").Select(check => new ConsulCheck(
                    check.Text("name")!, check.Text("checkID"), check.Text("http")!, check.Text("interval")!, check.Text("timeout") ?? "2s", check.Text("deregisterCriticalServiceAfter"))),
            ]);
    }
}

/// <summary>A check that Consul makes. <c>${...}</c> in it is filled in when it is registered.</summary>
internal sealed record ConsulCheck(string Name, string? CheckId, string Http, string Interval, string Timeout, string? DeregisterCriticalServiceAfter);
