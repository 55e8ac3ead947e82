using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace DaprDynamo.IntegrationTests.Skipping;

/// <summary>
/// xunit as it is, except that a test which finds out while it runs that it cannot, because a program is not there, is skipped with the
/// reason and does not fail. See <see cref="Processes.Needs"/>.
/// </summary>
public sealed class SkippingTestFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) => new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assemblyName, ISourceInformationProvider sources, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assemblyName, sources, diagnostics)
    {
        protected override void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions) =>
            base.RunTestCases(testCases, new Sink(executionMessageSink), executionOptions);
    }

    private sealed class Sink(IMessageSink inner) : Xunit.LongLivedMarshalByRefObject, IMessageSink
    {
        public bool OnMessage(IMessageSinkMessage message) => inner.OnMessage(
            message is ITestFailed failed && Array.Find(failed.Messages, text => text.StartsWith(Processes.Needs.SkipToken, StringComparison.Ordinal)) is { } reason
                ? new TestSkipped(failed.Test, reason[Processes.Needs.SkipToken.Length..])
                : message);
    }
}
