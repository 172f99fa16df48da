"""COPY that the client gives up, and COPY that the server refuses half-way."""
import psycopg

with psycopg.connect(autocommit=True) as connection:
    cursor = connection.cursor()
    cursor.execute("CREATE TEMPORARY TABLE t (a int PRIMARY KEY)")
    try:
        with cursor.copy("COPY t FROM STDIN") as copy:
            copy.write("1\n")
            raise ValueError("changed my mind")
    except ValueError as error:
        print(error)
    try:
        with cursor.copy("COPY t FROM STDIN") as copy:
            copy.write("1\n1\n")
    except psycopg.Error as error:
        print(error.sqlstate)
    try:
        with cursor.copy("COPY (SELECT 1 / (3 - i) FROM generate_series(1, 5) AS i) TO STDOUT") as copy:
            print(list(copy))
    except psycopg.Error as error:
        print(error.sqlstate)
    print(cursor.execute("SELECT count(*) FROM t").fetchone())
