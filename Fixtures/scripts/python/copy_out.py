"""COPY TO STDOUT: text, binary, nothing at all."""
import psycopg

with psycopg.connect() as connection:
    cursor = connection.cursor()
    with cursor.copy("COPY (SELECT i, 'row ' || i FROM generate_series(1, 3) AS i) TO STDOUT") as copy:
        print([bytes(block) for block in copy])
    with cursor.copy("COPY (SELECT i FROM generate_series(1, 3) AS i) TO STDOUT (FORMAT binary)") as copy:
        copy.set_types(["int4"])
        print(list(copy.rows()))
    with cursor.copy("COPY (SELECT 1 WHERE false) TO STDOUT") as copy:
        print(list(copy))
