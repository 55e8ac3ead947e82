using DaprDynamo.Transport.Protocol;

namespace DaprDynamo.Transport;

/// <summary>Which requests may be asked again, as often as it takes: those that change nothing.</summary>
internal static class Repeatable
{
    internal static bool Is(Request request) => request.KindCase switch
    {
        Request.KindOneofCase.Read or Request.KindOneofCase.CompareRoots or Request.KindOneofCase.CompareKeys
            or Request.KindOneofCase.PullRecords or Request.KindOneofCase.ListKeys => true,
        Request.KindOneofCase.Coordinate => request.Coordinate.Verb == Operation.Types.Verb.Get,
        _ => false,
    };
}
