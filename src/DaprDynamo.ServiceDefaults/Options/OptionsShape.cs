using System.Collections;
using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace DaprDynamo.ServiceDefaults.Options;

/// <summary>An options type as the configuration binder sees it: which keys it takes and what lies below them.</summary>
internal static class OptionsShape
{
    /// <summary>Whether one configuration value makes the whole object.</summary>
    public static bool IsScalar(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(object) || type == typeof(byte[]) || TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));
    }

    /// <summary>What a list or a dictionary holds; null when the type is neither.</summary>
    public static Type? ElementType(Type type)
    {
        if (type.IsArray)
        {
            return type.GetElementType();
        }

        if (!typeof(IEnumerable).IsAssignableFrom(type))
        {
            return null;
        }

        // A dictionary is a sequence of pairs, but its keys are the configuration's: only the values have a shape.
        var element = Implemented(type, typeof(IEnumerable<>))?.GetGenericArguments()[0] ?? typeof(object);
        return element.IsGenericType && element.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
            ? element.GetGenericArguments()[1]
            : element;
    }

    /// <summary>The keys the type takes. What the binder would skip, such as a computed property, is no key.</summary>
    public static IReadOnlyDictionary<string, Type> Keys(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0
                && (property.SetMethod is { IsPublic: true } || !IsScalar(property.PropertyType)))
            .DistinctBy(property => property.Name)
            .ToDictionary(
                property => property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name,
                property => property.PropertyType,
                StringComparer.OrdinalIgnoreCase);

    private static Type? Implemented(Type type, Type definition) =>
        type.GetInterfaces().Append(type).FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == definition);
}
