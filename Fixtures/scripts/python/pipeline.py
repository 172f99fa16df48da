"""Many requests, one round trip; by libpq's own functions, so that the order of all messages is certain."""
from psycopg import pq

connection = pq.PGconn.connect(b"")
connection.enter_pipeline_mode()
for number in range(5):
    connection.send_query_params(b"SELECT $1::int * 2", [b"%d" % number])
connection.send_prepare(b"named", b"SELECT $1::text || '!'")
connection.send_query_prepared(b"named", [b"last"])
connection.pipeline_sync()
for _ in range(8):
    while result := connection.get_result():
        print(pq.ExecStatus(result.status).name, result.get_value(0, 0) if result.ntuples else "")
        if result.status == pq.ExecStatus.PIPELINE_SYNC:
            break
connection.exit_pipeline_mode()
connection.finish()
