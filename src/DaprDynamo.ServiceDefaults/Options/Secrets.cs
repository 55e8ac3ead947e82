namespace DaprDynamo.ServiceDefaults.Options;

/// <summary>Secrets among the options, which are often read from files.</summary>
public static class Secrets
{
    /// <summary>What is wrong with a secret that is set and says nothing.</summary>
    public const string BlankProblem = "it is nothing but white space";

    /// <summary>A secret without the line break at the end of its file, which no header can carry. One that is nothing else stays as it is, for <see cref="BlankOnes"/>.</summary>
    public static string Trim(string? text) => string.IsNullOrWhiteSpace(text) ? text ?? "" : text.Trim();

    /// <summary>Names the secrets that are set and say nothing: taken for none, they would let everybody in.</summary>
    public static IEnumerable<string> BlankOnes(params IEnumerable<(string Name, string Secret)> secrets) =>
        secrets.Where(secret => secret.Secret.Length > 0 && string.IsNullOrWhiteSpace(secret.Secret)).Select(secret => secret.Name);
}
