"""A pipeline with an error in the middle: what comes behind it is skipped up to the Sync."""
from psycopg import pq

connection = pq.PGconn.connect(b"")
connection.enter_pipeline_mode()
for value in (b"1", b"0", b"2"):
    connection.send_query_params(b"SELECT 1 / $1::int", [value])
connection.pipeline_sync()
connection.send_query_params(b"SELECT 'behind the Sync'", [])
connection.pipeline_sync()
syncs = 0
while syncs < 2:
    result = connection.get_result()
    if result:
        print(pq.ExecStatus(result.status).name, result.get_value(0, 0) if result.ntuples else "")
        syncs += result.status == pq.ExecStatus.PIPELINE_SYNC
connection.exit_pipeline_mode()
print(connection.exec_(b"SELECT 'still here'").get_value(0, 0))
connection.finish()
