using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DaprDynamo.Tests")]
