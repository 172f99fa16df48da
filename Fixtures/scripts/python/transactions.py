"""Transactions, savepoints, and what is left of both after an error."""
import psycopg

with psycopg.connect() as connection:
    connection.execute("CREATE TEMPORARY TABLE t (a int)")
    connection.commit()
    with connection.transaction():
        connection.execute("INSERT INTO t VALUES (1)")
        try:
            with connection.transaction():
                connection.execute("INSERT INTO t VALUES (2 / 0)")
        except psycopg.Error as error:
            print(error.sqlstate, connection.info.transaction_status.name)
    try:
        connection.execute("SELECT 1 / 0")
    except psycopg.Error:
        print(connection.info.transaction_status.name)
    connection.rollback()
    print(connection.execute("SELECT a FROM t").fetchall(), connection.info.transaction_status.name)
