"""Statements that are prepared, used again, and thrown out of a full cache."""
import psycopg

with psycopg.connect(autocommit=True, prepare_threshold=1) as connection:
    connection.prepared_max = 2
    for number in range(3):
        for text in ("SELECT %s::int", "SELECT %s::int * 2", "SELECT %s::int * 3"):
            print(connection.execute(text, (number,)).fetchone())
            print(connection.execute(text, (number + 10,)).fetchone())
