using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace DaprDynamo.ServiceDefaults.Options;

/// <summary>Binds a section, and turns what cannot be bound into an options failure instead of an exception from the binder's depths.</summary>
internal sealed class StrictBinding<T>(IConfigurationSection section) : IConfigureOptions<T>
    where T : class
{
    public void Configure(T options)
    {
        var unknown = UnknownKeys.Find(section, typeof(T));
        if (unknown.Count > 0)
        {
            throw Failure(unknown);
        }

        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            throw Failure([exception.Message]);
        }
    }

    private static OptionsValidationException Failure(IEnumerable<string> failures) =>
        new(Microsoft.Extensions.Options.Options.DefaultName, typeof(T), failures);
}
