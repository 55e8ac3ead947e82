using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace DaprDynamo.Storage;

/// <summary>One statement of one connection, prepared when first run and kept. Not safe for concurrent use.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteCommand _command;

    /// <summary>Keeps a statement for later.</summary>
    /// <param name="connection">The open connection it runs on.</param>
    /// <param name="sql">Its text, with parameters <c>$1</c>, <c>$2</c> and so on.</param>
    /// <param name="parameters">The parameters' types in that order.</param>
    public SqliteStatement(SqliteConnection connection, string sql, params ReadOnlySpan<SqliteType> parameters)
    {
        _command = connection.CreateCommand();
        // Every text given here is a constant of this room.
#pragma warning disable CA2100
        _command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < parameters.Length; i++)
        {
            _command.Parameters.Add("$" + (char)('1' + i), parameters[i]);
        }
    }

    public SqliteDataReader Read(params ReadOnlySpan<object> values)
    {
        Bind(values);
        return _command.ExecuteReader();
    }

    public void Run(params ReadOnlySpan<object> values)
    {
        Bind(values);
        _command.ExecuteNonQuery();
        Unbind();
    }

    public void Dispose() => _command.Dispose();

    /// <summary>The bytes as the array a parameter takes, without a copy where they are a whole array already.</summary>
    public static byte[] Blob(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Array is { } whole && whole.Length == segment.Count
            ? whole
            : bytes.ToArray();

    private void Bind(ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            _command.Parameters[i].Value = values[i];
        }
    }

    // A kept statement must not keep a large value alive with it.
    private void Unbind()
    {
        foreach (SqliteParameter parameter in _command.Parameters)
        {
            parameter.Value = DBNull.Value;
        }
    }
}
