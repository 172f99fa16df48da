"""COPY FROM STDIN: rows, blocks, binary."""
import psycopg

with psycopg.connect() as connection:
    cursor = connection.cursor()
    cursor.execute("CREATE TEMPORARY TABLE t (a int, b text)")
    with cursor.copy("COPY t FROM STDIN") as copy:
        copy.write_row((1, "one"))
        copy.write_row((2, None))
        copy.write("3\tthree\n")
    with cursor.copy("COPY t FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int4", "text"])
        copy.write_row((4, "four"))
    print(cursor.execute("SELECT * FROM t ORDER BY a").fetchall())
