using System.ComponentModel.DataAnnotations;
using DaprDynamo.ServiceDefaults.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace DaprDynamo.Tests.ServiceDefaults;

public sealed class ValidatedOptionsTests
{
    public sealed record NodeOptions : IValidatableObject
    {
        [Required]
        public string Id { get; init; } = "";

        [Range(1, 16)]
        public int Replicas { get; init; } = 3;

        [Range(1, 16)]
        public int WriteQuorum { get; init; } = 2;

        public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(1);

        public Uri? Listen { get; init; }

        public IReadOnlyList<SeedOptions> Seeds { get; init; } = [];

        public Dictionary<string, SeedOptions> Named { get; init; } = [];

        public SeedOptions Main { get; init; } = new();

        public int Majority => (Replicas / 2) + 1;

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (WriteQuorum > Replicas)
            {
                yield return new ValidationResult("more writes than replicas are asked for", [nameof(WriteQuorum)]);
            }
        }
    }

    public sealed class SeedOptions
    {
        [Range(1, 65_535)]
        public int Port { get; set; } = 3500;
    }

    private static NodeOptions Bind(params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build());
        services.AddValidatedOptions<NodeOptions>("Node");
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
        return provider.GetRequiredService<IOptions<NodeOptions>>().Value;
    }

    private static string Failure(params (string Key, string Value)[] settings) =>
        Assert.Single(Assert.Throws<OptionsValidationException>(() => Bind([("Node:Id", "node-1"), .. settings])).Failures);

    [Fact]
    public void Valid_settings_are_bound_lists_and_nested_objects_included()
    {
        var options = Bind(
            ("Node:id", "node-1"), ("Node:Replicas", "5"), ("Node:Deadline", "00:00:02"), ("Node:Listen", "http://h:1"),
            ("Node:Seeds:0:Port", "1"), ("Node:Named:any-name:Port", "2"), ("Node:Main:Port", "3"));
        Assert.Equal(("node-1", 5, TimeSpan.FromSeconds(2)), (options.Id, options.Replicas, options.Deadline));
        Assert.Equal((1, 2, 3), (options.Seeds[0].Port, options.Named["any-name"].Port, options.Main.Port));
    }

    [Fact]
    public void A_misspelt_key_is_an_error_that_names_the_nearest_known_one() =>
        Assert.Equal("'Node:WirteQuorm' is not a known key (did you mean 'WriteQuorum'?)", Failure(("Node:WirteQuorm", "2")));

    [Fact]
    public void A_key_like_no_other_is_answered_with_all_known_ones() =>
        Assert.Equal(
            "'Node:Zzzzzzzz' is not a known key (known here: Deadline, Id, Listen, Main, Named, Replicas, Seeds, WriteQuorum)",
            Failure(("Node:Zzzzzzzz", "2")));

    [Theory]
    [InlineData("Node:Seeds:0:Prot")]
    [InlineData("Node:Named:any-name:Prot")]
    [InlineData("Node:Main:Prot")]
    public void A_misspelt_key_is_found_at_any_depth(string key) =>
        Assert.Equal($"'{key}' is not a known key (did you mean 'Port'?)", Failure((key, "2")));

    [Theory]
    [InlineData("Node:Seeds", "'Node:Seeds' takes several values, each under a key of its own such as 'Node:Seeds:0', and one value is given")]
    [InlineData("Node:Main", "'Node:Main' takes keys below it, and one value is given")]
    [InlineData("Node:Replicas:0", "'Node:Replicas' takes one value, and keys below it are given")]
    public void A_value_where_keys_belong_or_keys_where_a_value_belongs_is_an_error(string key, string failure) =>
        Assert.Equal(failure, Failure((key, "2")));

    [Fact]
    public void An_empty_list_is_a_list() => Assert.Empty(Bind(("Node:Id", "node-1"), ("Node:Seeds", "")).Seeds);

    [Fact]
    public void A_computed_property_is_no_key() =>
        Assert.Contains("'Node:Majority' is not a known key", Failure(("Node:Majority", "2")), StringComparison.Ordinal);

    [Fact]
    public void A_value_of_the_wrong_type_is_named() =>
        Assert.Contains("'Node:Replicas'", Failure(("Node:Replicas", "many")), StringComparison.Ordinal);

    [Theory]
    [InlineData("Node:Replicas", "0", "'Node:Replicas': The field Replicas must be between 1 and 16")]
    [InlineData("Node:WriteQuorum", "9", "'Node:WriteQuorum': more writes than replicas are asked for")]
    [InlineData("Node:Seeds:0:Port", "0", "'Node:Seeds:0:Port': The field Port must be between 1 and 65535")]
    [InlineData("Node:Named:a:Port", "0", "'Node:Named:a:Port': The field Port must be between 1 and 65535")]
    [InlineData("Node:Main:Port", "0", "'Node:Main:Port': The field Port must be between 1 and 65535")]
    public void A_value_out_of_range_is_named_with_its_path(string key, string value, string failure) =>
        Assert.Equal(failure, Failure((key, value)));
}
