using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>What all tests of the public contract share. One instance a test: disposal ends the test.</summary>
public abstract class ApiContract(IApiUnderTest target, ITestOutputHelper output) : IDisposable
{
    /// <summary>The API under test.</summary>
    protected KeyApi Api => target.Api;

    /// <summary>A key nobody used before.</summary>
    protected static string NewKey(string hint = "key") => $"{hint}-{Guid.NewGuid():n}";

    /// <summary>Creates a key and answers its clock.</summary>
    protected async Task<string> CreatedAsync(string key, string valueJson) =>
        (await Api.PostAsync(key, valueJson)).ShouldBeJson(201).Clock;

    /// <summary>Creates a key, then writes these values with one clock, so that they are siblings; answers the clock of each.</summary>
    protected async Task<IReadOnlyList<string>> SiblingsAsync(string key, params string[] valuesJson)
    {
        ArgumentNullException.ThrowIfNull(valuesJson);
        var first = await CreatedAsync(key, "\"replaced by all\"");
        var clocks = new List<string>();
        foreach (var value in valuesJson)
        {
            clocks.Add((await Api.PutAsync(key, value, first)).ShouldBeJson(200).Clock);
        }

        return clocks;
    }

    /// <summary>Shows with a failed test what the nodes printed; the runner drops it for the others.</summary>
    public void Dispose()
    {
        output.WriteLine(target.Output());
        GC.SuppressFinalize(this);
    }
}
