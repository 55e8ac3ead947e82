using System.Globalization;
using System.Text.RegularExpressions;
using DaprDynamo.Core.Membership;
using DaprDynamo.Node;
using DaprDynamo.Portal;
using DaprDynamo.Transport;
using DaprDynamo.Transport.Dapr;
using DaprDynamo.Transport.Discovery;
using Xunit;

namespace DaprDynamo.Tests.Dapr;

/// <summary>The YAML files that start the product with Dapr: they say what Dapr and Tye understand, and agree with each other.</summary>
public class DaprFilesTests
{
    private static readonly string[] ConfigurationKeys =
    [
        "apiVersion", "kind", "metadata.name",
        "spec.nameResolution.component",
        "spec.nameResolution.configuration.client.address",
        "spec.nameResolution.configuration.selfRegister",
        "spec.nameResolution.configuration.selfDeregister",
        "spec.nameResolution.configuration.useCache",
        "spec.nameResolution.configuration.daprPortMetaKey",
        "spec.nameResolution.configuration.tags[]",
        "spec.nameResolution.configuration.checks[].name",
        "spec.nameResolution.configuration.checks[].checkID",
        "spec.nameResolution.configuration.checks[].interval",
        "spec.nameResolution.configuration.checks[].timeout",
        "spec.nameResolution.configuration.checks[].http",
        "spec.nameResolution.configuration.checks[].deregisterCriticalServiceAfter",
        "spec.tracing.samplingRate", "spec.tracing.otel.endpointAddress", "spec.tracing.otel.isSecure", "spec.tracing.otel.protocol",
        "spec.mtls.enabled",
        "spec.accessControl.defaultAction", "spec.accessControl.trustDomain",
        "spec.accessControl.policies[].appId", "spec.accessControl.policies[].defaultAction", "spec.accessControl.policies[].trustDomain",
        "spec.accessControl.policies[].namespace",
        "spec.accessControl.policies[].operations[].name", "spec.accessControl.policies[].operations[].httpVerb[]", "spec.accessControl.policies[].operations[].action",
    ];

    private static readonly string[] RunKeys =
    [
        "version", "common.resourcesPaths[]", "common.configFilePath", "common.env.*",
        "apps[].appID", "apps[].appDirPath", "apps[].configFilePath", "apps[].appPort", "apps[].daprHTTPPort", "apps[].daprGRPCPort", "apps[].daprInternalGRPCPort",
        "apps[].metricsPort", "apps[].enableAppHealthCheck", "apps[].appHealthCheckPath", "apps[].maxBodySize", "apps[].readBufferSize",
        "apps[].command[]", "apps[].env.*",
    ];

    private static readonly string[] ResiliencyKeys =
    [
        "apiVersion", "kind", "metadata.name", "spec.policies.timeouts.*",
        "spec.policies.retries.*.policy", "spec.policies.retries.*.duration", "spec.policies.retries.*.maxRetries",
        "spec.targets.apps.*.timeout", "spec.targets.apps.*.retry",
    ];

    private static readonly string[] TyeKeys =
    [
        "name", "extensions[].name", "extensions[].components-path", "extensions[].log-level",
        "services[].name", "services[].project", "services[].args", "services[].bindings[].protocol", "services[].bindings[].port",
        "services[].env[].name", "services[].env[].value",
    ];

    public static TheoryData<string> RunFiles => ["dapr/dapr.yaml", "dapr/dapr.consul.yaml"];

    [Theory]
    [InlineData("dapr/config.yaml", "Configuration")]
    [InlineData("dapr/config.consul.yaml", "Configuration")]
    [InlineData("dapr/config.mdns.yaml", "Configuration")]
    [InlineData("dapr/config.portal.yaml", "Configuration")]
    [InlineData("dapr/dapr.yaml", null)]
    [InlineData("dapr/dapr.consul.yaml", null)]
    [InlineData("components/resiliency.yaml", "Resiliency")]
    [InlineData("tye.yaml", null)]
    public void A_file_says_nothing_but_what_is_documented(string path, string? kind)
    {
        var known = path switch { "tye.yaml" => TyeKeys, _ when kind == "Configuration" => ConfigurationKeys, _ when kind == "Resiliency" => ResiliencyKeys, _ => RunKeys };
        var file = YamlFile.Read(path);

        Assert.All(file.Scalars().Keys, key => Assert.Contains(known, pattern => Matches(pattern, key)));
        if (kind is not null)
        {
            Assert.Equal(("dapr.io/v1alpha1", kind), (file["apiVersion"], file["kind"]));
        }
    }

    [Theory]
    [MemberData(nameof(RunFiles))]
    public void Apps_of_a_run_have_ports_of_their_own_and_paths_that_are_there(string path)
    {
        var run = YamlFile.Read(path);
        var apps = run.Items("apps");
        var ports = apps.SelectMany(app => (string[])[app["appPort"], app["daprHTTPPort"], app["daprGRPCPort"], app["daprInternalGRPCPort"], app["metricsPort"]])
            .Select(port => int.Parse(port, CultureInfo.InvariantCulture)).ToList();

        Assert.Equal([.. NodeIds, "portal"], apps.Select(app => app["appID"]));
        Assert.Equal(ports.Count, ports.Distinct().Count());

        // From 32768 on, Linux may have given a port to an outgoing connection by the time a sidecar wants it.
        Assert.All(ports, port => Assert.InRange(port, 1024, 32767));
        Assert.True(Directory.Exists(Path.Combine(run.Folder, run["common.resourcesPaths[0]"])));
        Assert.All(apps, app =>
        {
            Assert.True(File.Exists(ConfigurationPathOf(run, app)), ConfigurationPathOf(run, app));
            Assert.True(NodeId.IsValid(app["appID"]));
            Assert.Equal(["dotnet", "run", "--project"], Enumerable.Range(0, 3).Select(index => app[$"command[{index}]"]));
            Assert.Single(Directory.GetFiles(Path.Combine(run.Folder, app["appDirPath"], app["command[3]"]), "*.csproj"));

            // Two builds in one folder at once would be in each other's way.
            Assert.Equal(("--artifacts-path", $"artifacts/{app["appID"]}"), (app["command[4]"], app["command[5]"]));
            Assert.Equal(("true", "/healthz/live"), (app["enableAppHealthCheck"], app["appHealthCheckPath"]));
        });
    }

    [Theory]
    [MemberData(nameof(RunFiles))]
    public void What_nodes_send_fits_through_their_sidecars(string path) => Assert.All(YamlFile.Read(path).Items("apps"), app =>
    {
        Assert.Equal($"{new TransportOptions().BodySizeBytesMax / 1024 / 1024}Mi", app["maxBodySize"]);
        Assert.Equal("64Ki", app["readBufferSize"]);
    });

    [Theory]
    [MemberData(nameof(RunFiles))]
    public void Settings_of_a_run_are_settings_of_a_node(string path)
    {
        var settings = YamlFile.Read(path).Below("common.env");

        Assert.Equal("Dapr", settings["Dynamo__Transport"]);
        Assert.All(settings.Keys, AssertIsSetting);
        Assert.All(PortalOf(YamlFile.Read(path).Items("apps")).Keys.Where(key => key.StartsWith("env.", StringComparison.Ordinal)), key => AssertIsSetting(key["env.".Length..]));
    }

    [Fact]
    public void The_two_runs_differ_only_in_how_nodes_find_each_other()
    {
        var (mdns, consul) = (YamlFile.Read("dapr/dapr.yaml"), YamlFile.Read("dapr/dapr.consul.yaml"));

        Assert.Equal(
            mdns.Items("apps"),
            consul.Items("apps").Select(app => app.Where(pair => pair.Key != "configFilePath").ToDictionary(StringComparer.Ordinal)));
        // The nodes' configuration would register the portal under their tag.
        var portal = YamlFile.Read(ConfigurationPathOf(consul, PortalOf(consul.Items("apps"))));
        Assert.Equal(("consul", "false"), (portal["spec.nameResolution.component"], portal["spec.nameResolution.configuration.selfRegister"]));
        Assert.Equal("Consul", consul["common.env.Dynamo__Discovery"]);
        Assert.Equal("consul", YamlFile.Read("dapr/" + consul["common.configFilePath"])["spec.nameResolution.component"]);
        Assert.Equal("mdns", YamlFile.Read("dapr/" + mdns["common.configFilePath"])["spec.nameResolution.component"]);
        Assert.Equal(("node-1", "node-2"), (mdns["common.env.Dynamo__Seeds__0"], mdns["common.env.Dynamo__Seeds__1"]));
    }

    [Fact]
    public void The_two_configurations_with_consul_differ_only_in_who_may_call()
    {
        var (laptop, hosts) = (YamlFile.Read("dapr/config.consul.yaml"), YamlFile.Read("dapr/config.yaml"));

        Assert.Equal(
            laptop.Scalars(),
            hosts.Scalars().Where(pair => !pair.Key.StartsWith("spec.accessControl.", StringComparison.Ordinal) && !pair.Key.StartsWith("spec.mtls.", StringComparison.Ordinal)));

        // Without certificates nobody can be told from anybody, and the default action is all there is.
        Assert.Equal(("true", "deny"), (hosts["spec.mtls.enabled"], hosts["spec.accessControl.defaultAction"]));
        Assert.All(hosts.Items("spec.accessControl.policies"), policy => Assert.Equal((hosts["spec.accessControl.trustDomain"], "default"), (policy["trustDomain"], policy["namespace"])));
        Assert.Equal(
            [.. YamlFile.Read("components/resiliency.yaml").Below("spec.targets.apps").Keys.Select(key => key.Split('.')[0]).Distinct(), "portal"],
            hosts.Items("spec.accessControl.policies").Where(policy => policy["defaultAction"] == "allow").Select(policy => policy["appId"]));
        Assert.All(
            hosts.Items("spec.accessControl.policies").Where(policy => policy["defaultAction"] != "allow"),
            policy => Assert.Equal("/v1/**", policy["operations[0].name"]));
    }

    [Fact]
    public void Consul_knows_nodes_by_the_tag_they_look_for_and_looks_after_sidecar_and_node()
    {
        var consul = YamlFile.Read("dapr/config.consul.yaml").Below("spec.nameResolution.configuration");

        Assert.Equal(ConsulNode.Tag, consul["tags[0]"]);
        Assert.Equal(("true", "true", "true"), (consul["selfRegister"], consul["selfDeregister"], consul["useCache"]));
        Assert.Equal("http://127.0.0.1:${DAPR_HTTP_PORT}/v1.0/healthz/outbound", consul["checks[0].http"]);
        Assert.Equal("http://127.0.0.1:${APP_PORT}/healthz/live", consul["checks[1].http"]);

        // A sidecar registers once: what takes its entry away while it lives takes it away for good.
        Assert.Equal("1m", consul["checks[0].deregisterCriticalServiceAfter"]);
        Assert.DoesNotContain("checks[1].deregisterCriticalServiceAfter", consul.Keys);
    }

    [Fact]
    public void No_sidecar_repeats_a_call_to_a_node()
    {
        var resiliency = YamlFile.Read("components/resiliency.yaml");
        var targets = resiliency.Below("spec.targets.apps");

        Assert.Equal("0", resiliency["spec.policies.retries.never.maxRetries"]);
        Assert.All(YamlFile.Read("dapr/dapr.yaml").Items("apps").Where(app => app["appID"] != "portal"), app =>
            Assert.Equal(("never", "peer"), (targets[$"{app["appID"]}.retry"], targets[$"{app["appID"]}.timeout"])));
        Assert.Equal(15, int.Parse(resiliency["spec.policies.timeouts.peer"].TrimEnd('s'), CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Tye_starts_the_same_nodes_and_the_portal()
    {
        var tye = YamlFile.Read("tye.yaml");
        var apps = YamlFile.Read("dapr/dapr.yaml").Items("apps");

        Assert.Equal("dapr", tye["extensions[0].name"]);
        Assert.True(Directory.Exists(Path.Combine(tye.Folder, tye["extensions[0].components-path"])));
        Assert.Equal(apps.Select(app => (app["appID"], app["appPort"])), tye.Items("services").Select(service => (service["name"], service["bindings[0].port"])));
        Assert.All(tye.Items("services"), service =>
        {
            Assert.True(File.Exists(Path.Combine(tye.Folder, service["project"])));
            Assert.Equal(service["name"] == "portal" ? ("Portal__Transport", "Dapr") : ("Dynamo__NodeId", service["name"]), (service["env[0].name"], service["env[0].value"]));
            Assert.All(service.Where(pair => Regex.IsMatch(pair.Key, @"^env\[\d+\]\.name$")), pair => AssertIsSetting(pair.Value));
        });
    }

    [Fact]
    public void The_sidecars_address_is_the_one_that_dapr_tells_its_apps() =>
        Assert.Equal(new Uri("http://localhost:3501"), DaprSettings.Read(name => name == "DAPR_HTTP_PORT" ? YamlFile.Read("dapr/dapr.yaml").Items("apps")[0]["daprHTTPPort"] : null).HttpEndpoint);

    private static IEnumerable<string> NodeIds => Enumerable.Range(1, 5).Select(number => $"node-{number}");

    private static IReadOnlyDictionary<string, string> PortalOf(IEnumerable<IReadOnlyDictionary<string, string>> apps) => apps.Single(app => app["appID"] == "portal");

    /// <summary>As the dapr CLI finds it: an app's own path is relative to the app's folder, the common one to the file.</summary>
    private static string ConfigurationPathOf(YamlFile run, IReadOnlyDictionary<string, string> app) => Path.GetFullPath(
        app.TryGetValue("configFilePath", out var own) ? Path.Combine(run.Folder, app["appDirPath"], own) : Path.Combine(run.Folder, run["common.configFilePath"]));

    private static void AssertIsSetting(string variable)
    {
        var parts = variable.Split("__");
        Assert.NotNull((parts[0] == PortalOptions.Section ? typeof(PortalOptions) : typeof(NodeOptions)).GetProperty(parts[1]));
        Assert.Contains(parts[0], (string[])[PortalOptions.Section, NodeOptions.Section]);
    }

    private static bool Matches(string pattern, string key) =>
        Regex.IsMatch(key, "^" + Regex.Escape(pattern).Replace(@"\[]", @"\[\d+\]", StringComparison.Ordinal).Replace(@"\*", @"[^.\[]+", StringComparison.Ordinal) + "$");
}
