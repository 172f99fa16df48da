"""Parameters in text and binary, NULLs, and errors of Parse, Bind and Execute."""
import psycopg

with psycopg.connect(autocommit=True) as connection:
    for query, parameters, binary in [
        ("SELECT %s::int + %s", (1, 2), False),
        ("SELECT %b::int4, %b::text, %b::bytea", (1, "zwölf", b"\x00\xff"), True),
        ("SELECT %s::text IS NULL", (None,), False),
        ("SELECT %s::int[]", ([1, None, 3],), True),
        ("SELEC %s", (1,), False),
        ("SELECT * FROM nowhere WHERE a = %s", (1,), False),
        ("SELECT %t::int", ("no number",), False),
        ("SELECT %s / (i - 2) FROM generate_series(1, 3) AS i", (1,), False),
        ("SELECT 'still here'", (), False),
    ]:
        try:
            print(connection.execute(query, parameters, binary=binary).fetchall())
        except psycopg.Error as error:
            print(type(error).__name__, error.sqlstate)
