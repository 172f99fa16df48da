"""The simple protocol and statements without text."""
from psycopg import pq

connection = pq.PGconn.connect(b"")
for text in (b"", b"-- nothing", b"SELECT 1; SELECT 2", b"SELECT"):
    result = connection.exec_(text)
    print(pq.ExecStatus(result.status).name, result.command_status, result.ntuples)
connection.prepare(b"s", b"SELECT $1::int")
print(connection.exec_prepared(b"s", [b"1"]).get_value(0, 0))
if hasattr(connection, "close_prepared"):
    connection.close_prepared(b"s")
print(pq.ExecStatus(connection.exec_prepared(b"s", [b"2"]).status).name)
connection.finish()
