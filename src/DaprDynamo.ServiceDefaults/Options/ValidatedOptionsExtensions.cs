using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DaprDynamo.ServiceDefaults.Options;

/// <summary>Options that are checked before the host serves anything.</summary>
public static class ValidatedOptionsExtensions
{
    /// <summary>
    /// Binds <typeparamref name="T"/> from a section and checks it at start: data annotations and
    /// <see cref="System.ComponentModel.DataAnnotations.IValidatableObject"/>, nested objects included; a key the type does
    /// not have is an error, because a misspelt setting that silently does nothing is worse.
    /// </summary>
    public static OptionsBuilder<T> AddValidatedOptions<T>(this IServiceCollection services, string section)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(section);

        services.AddSingleton<IConfigureOptions<T>>(provider =>
            new StrictBinding<T>(provider.GetRequiredService<IConfiguration>().GetSection(section)));
        services.AddSingleton<IValidateOptions<T>>(new GraphValidation<T>(section));
        return services.AddOptions<T>().ValidateOnStart();
    }
}
