"""The workloads on psycopg 3 with its C code, the way its documentation recommends for speed."""

import asyncio
import random
import re

from measure import (
    ACCOUNTS, BATCH, BLOB, INSERTED, balance, copied_rows, expect, main, now, passes)


def import_peer():
    global psycopg, psycopg_pool, uvloop
    import psycopg
    import psycopg_pool
    import uvloop
    return lambda request: WORKLOADS[request.workload](request)


def statement(sql):
    """psycopg's placeholders for PostgreSQL's, which stand in the order of their numbers."""
    return re.sub(r"\$\d+", "%s", sql.replace("%", "%%"))


def connect(request):
    return psycopg.connect(request.url, autocommit=True, prepare_threshold=0)


def one_plus_one(request):
    cursor = connect(request).cursor(binary=True)
    sql = statement(request.sql)
    for tally in passes(request):
        number = 0
        while tally.goes_on():
            following = cursor.execute(sql, (number,)).fetchone()[0]
            expect(following == number + 1)
            number = following
            tally.finish(rows=1)
        result = tally.measurement()
    return result


def queries(*arguments):
    def run(request):
        cursor = connect(request).cursor(binary=True)
        sql = statement(request.sql)
        for tally in passes(request):
            while tally.goes_on():
                rows = cursor.execute(sql, arguments).fetchall()
                tally.finish(rows=len(rows))
            result = tally.measurement()
        return result

    return run


def large_object(request):
    cursor = connect(request).cursor(binary=True)
    for tally in passes(request):
        while tally.goes_on():
            rows = cursor.execute(request.sql).fetchall()
            for (value,) in rows:
                expect(len(value) == BLOB and value[0] == value[-1] == 97)
            tally.finish(rows=len(rows), bytes=len(rows) * BLOB)
        result = tally.measurement()
    return result


def wide_rows(request):
    cursor = connect(request).cursor(binary=True)
    sql = statement(request.sql)
    # Rows come in chunks where the libpq inside can do that.
    size = 1000 if psycopg.pq.version() >= 170000 else 1
    for tally in passes(request):
        wanted = min(1000, request.rows) if tally.is_warm_up else request.rows
        while tally.goes_on():
            count = 0
            for _ in cursor.stream(sql, (wanted,), binary=True, size=size):
                count += 1
            expect(count == wanted)
            tally.finish(rows=count)
        result = tally.measurement()
    return result


COPY_TYPES = ["int4", "int8", "text", "float8", "timestamptz"]


def copy_in(request):
    rows = copied_rows(request.rows)
    cursor = connect(request).cursor()
    administration = connect(request)
    for tally in passes(request):
        while tally.goes_on():
            tally.pause()
            administration.execute(request.truncate)
            tally.resume()
            with cursor.copy(request.sql) as copy:
                copy.set_types(COPY_TYPES)
                for row in rows:
                    copy.write_row(row)
            expect(cursor.rowcount == len(rows))
            tally.finish(operations=len(rows), rows=len(rows))
        result = tally.measurement()
    expect(administration.execute(request.check).fetchone()[0] == request.expected)
    return result


def copy_out(request):
    cursor = connect(request).cursor()
    wanted = request.rows
    for tally in passes(request):
        while tally.goes_on():
            count = ids = bigs = 0
            with cursor.copy(request.sql) as copy:
                copy.set_types(COPY_TYPES)
                for id, big, text, number, time in copy.rows():
                    count += 1
                    ids += id
                    bigs += big
            expect(count == wanted and ids == wanted * (wanted + 1) // 2 and bigs == 7 * ids)
            tally.finish(operations=count, rows=count)
        result = tally.measurement()
    return result


def batch_insert(request):
    connection = connect(request)
    cursor = connection.cursor()
    administration = connect(request)
    sql = statement(request.sql)
    rows = [INSERTED] * BATCH
    for tally in passes(request):
        while tally.goes_on():
            tally.pause()
            administration.execute(request.truncate)
            tally.resume()
            # executemany sends a pipeline.
            with connection.transaction():
                cursor.executemany(sql, rows)
            tally.finish(operations=BATCH)
        result = tally.measurement()
    expect(administration.execute(request.check).fetchone()[0] == request.expected)
    return result


def pipeline(request):
    cursor = connect(request).cursor(binary=True)
    sql = statement(request.sql)
    for tally in passes(request):
        while tally.goes_on():
            cursor.executemany(sql, [(index,) for index in range(BATCH)], returning=True)
            following = 0
            while True:
                expect(cursor.fetchone()[0] == following)
                following += 1
                if not cursor.nextset():
                    break
            expect(following == BATCH)
            tally.finish(operations=BATCH)
        result = tally.measurement()
    return result


def on_pool(request, body):
    async def run():
        pool = psycopg_pool.AsyncConnectionPool(
            request.url, min_size=request.connections, max_size=request.connections, open=False,
            kwargs=dict(autocommit=True, prepare_threshold=0))
        async with pool:
            await pool.wait()
            for tally in passes(request):
                await asyncio.gather(*(body(pool, tally) for _ in range(request.tasks)))
                result = tally.measurement()
        return result

    return uvloop.run(run())


def pool_select(request):
    sql = statement(request.sql)

    async def task(pool, tally):
        while tally.goes_on():
            begun = now()
            key = random.randint(1, ACCOUNTS)
            async with pool.connection() as connection:
                cursor = await connection.execute(sql, (key,), binary=True)
                expect((await cursor.fetchone())[0] == balance(key))
            tally.finish(rows=1, begun_at=begun)

    return on_pool(request, task)


def pool_acquire(request):
    async def task(pool, tally):
        while tally.goes_on():
            begun = now()
            async with pool.connection():
                pass
            tally.finish(begun_at=begun)

    return on_pool(request, task)


def connecting(request):
    for tally in passes(request):
        while tally.goes_on():
            connect(request).close()
            tally.finish()
        result = tally.measurement()
    return result


def notify(request):
    listener = connect(request)
    sender = connect(request).cursor(binary=True)
    listener.execute("LISTEN postgres_bench")
    sql = statement(request.sql)
    received = listener.notifies()
    for tally in passes(request):
        number = 0
        while tally.goes_on():
            sender.execute(sql, (str(number),))
            expect(next(received).payload == str(number))
            number += 1
            tally.finish()
        result = tally.measurement()
    return result


WORKLOADS = {
    "oneplusone": one_plus_one, "pg_type": queries(-1, True), "generate_series": queries(1000),
    "wide_rows": wide_rows, "large_object": large_object, "arrays": queries(), "copy_in": copy_in,
    "copy_out": copy_out, "batch_insert": batch_insert, "pipeline": pipeline, "pool_select": pool_select,
    "pool_acquire": pool_acquire, "connect": connecting, "notify": notify,
}

if __name__ == "__main__":
    main(import_peer, "'psycopg[binary]' psycopg-pool uvloop")
