using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace DaprDynamo.ServiceDefaults.Options;

/// <summary>Validates an options object and all below it; each failure names the configuration path it is about.</summary>
internal sealed class GraphValidation<T>(string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var failures = new List<string>();
        Visit(options, section, failures, new HashSet<object>(ReferenceEqualityComparer.Instance));
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static void Visit(object value, string path, List<string> failures, HashSet<object> seen)
    {
        if (OptionsShape.IsScalar(value.GetType()) || !seen.Add(value))
        {
            return;
        }

        if (value is IDictionary pairs)
        {
            foreach (DictionaryEntry pair in pairs)
            {
                VisitChild(pair.Value, $"{path}:{pair.Key}", failures, seen);
            }

            return;
        }

        if (value is IEnumerable items)
        {
            var index = 0;
            foreach (var item in items)
            {
                VisitChild(item, $"{path}:{index++}", failures, seen);
            }

            return;
        }

        Check(value, path, failures);
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length == 0 && property.GetMethod is { IsPublic: true } && IsLookedInto(property.PropertyType))
            {
                VisitChild(property.GetValue(value), $"{path}:{property.Name}", failures, seen);
            }
        }
    }

    /// <summary>Lists and types of one's own; the framework's own objects have no annotations and may not like to be asked.</summary>
    private static bool IsLookedInto(Type type) =>
        !OptionsShape.IsScalar(type)
        && (OptionsShape.ElementType(type) is not null || type.Namespace is not { } space || !(space + ".").StartsWith("System.", StringComparison.Ordinal));

    private static void VisitChild(object? child, string path, List<string> failures, HashSet<object> seen)
    {
        if (child is not null)
        {
            Visit(child, path, failures, seen);
        }
    }

    private static void Check(object value, string path, List<string> failures)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(value, new ValidationContext(value), results, validateAllProperties: true);
        failures.AddRange(results.Select(result =>
        {
            var members = string.Join(", ", result.MemberNames.Select(member => $"'{path}:{member}'"));
            return $"{(members.Length > 0 ? members : $"'{path}'")}: {result.ErrorMessage?.TrimEnd('.')}";
        }));
    }
}
