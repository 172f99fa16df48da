"""Cursors that live in the server."""
import psycopg

with psycopg.connect() as connection:
    with connection.cursor(name="c", scrollable=True) as cursor:
        cursor.itersize = 2
        cursor.execute("SELECT i FROM generate_series(1, %s::int) AS i", (5,))
        print(cursor.fetchone(), cursor.fetchmany(2))
        cursor.scroll(-2)
        print(list(cursor))
    with connection.cursor(name="b", binary=True) as cursor:
        cursor.execute("SELECT i::int8 FROM generate_series(1, 3) AS i")
        print(cursor.fetchall())
