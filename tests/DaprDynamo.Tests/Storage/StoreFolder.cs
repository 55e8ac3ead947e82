namespace DaprDynamo.Tests.Storage;

/// <summary>A data directory of its own for one test, deleted with all that is in it.</summary>
internal sealed class StoreFolder : IDisposable
{
    public string FullPath { get; } = Directory.CreateTempSubdirectory("daprdynamo-store-").FullName;

    public string DatabasePath => Path.Combine(FullPath, "store.db");

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
