"""The workloads on asyncpg with uvloop, the way its documentation recommends for speed."""

import asyncio
import random

from measure import (
    ACCOUNTS, BATCH, BLOB, INSERTED, Failure, balance, copied_rows, expect, main, now, passes)


def import_peer():
    global asyncpg, uvloop
    import asyncpg
    import uvloop
    return lambda request: uvloop.run(measure(request))


async def measure(request):
    return await WORKLOADS[request.workload](request)


def connect(request):
    return asyncpg.connect(request.url) if request.url else asyncpg.connect()


async def one_plus_one(request):
    connection = await connect(request)
    statement = await connection.prepare(request.sql)
    for tally in passes(request):
        number = 0
        while tally.goes_on():
            following = await statement.fetchval(number)
            expect(following == number + 1)
            number = following
            tally.finish(rows=1)
        result = tally.measurement()
    return result


def queries(*arguments):
    async def run(request):
        connection = await connect(request)
        statement = await connection.prepare(request.sql)
        for tally in passes(request):
            while tally.goes_on():
                rows = await statement.fetch(*arguments)
                tally.finish(rows=len(rows))
            result = tally.measurement()
        return result

    return run


async def large_object(request):
    connection = await connect(request)
    statement = await connection.prepare(request.sql)
    for tally in passes(request):
        while tally.goes_on():
            rows = await statement.fetch()
            for (value,) in rows:
                expect(len(value) == BLOB and value[0] == value[-1] == 97)
            tally.finish(rows=len(rows), bytes=len(rows) * BLOB)
        result = tally.measurement()
    return result


async def wide_rows(request):
    connection = await connect(request)
    statement = await connection.prepare(request.sql)
    for tally in passes(request):
        wanted = min(1000, request.rows) if tally.is_warm_up else request.rows
        while tally.goes_on():
            count = 0
            async with connection.transaction():
                cursor = await statement.cursor(wanted)
                while rows := await cursor.fetch(5000):
                    count += len(rows)
            expect(count == wanted)
            tally.finish(rows=count)
        result = tally.measurement()
    return result


async def copy_in(request):
    rows = copied_rows(request.rows)
    connection = await connect(request)
    administration = await connect(request)
    for tally in passes(request):
        while tally.goes_on():
            tally.pause()
            await administration.execute(request.truncate)
            tally.resume()
            tag = await connection.copy_records_to_table(
                "copied", schema_name="postgres_bench", records=rows, columns=["id", "big", "txt", "f", "ts"])
            expect(tag == f"COPY {len(rows)}")
            tally.finish(operations=len(rows), rows=len(rows))
        result = tally.measurement()
    expect(await administration.fetchval(request.check) == request.expected)
    return result


async def batch_insert(request):
    connection = await connect(request)
    administration = await connect(request)
    rows = [INSERTED] * BATCH
    for tally in passes(request):
        while tally.goes_on():
            tally.pause()
            await administration.execute(request.truncate)
            tally.resume()
            await connection.executemany(request.sql, rows)
            tally.finish(operations=BATCH)
        result = tally.measurement()
    expect(await administration.fetchval(request.check) == request.expected)
    return result


async def pipeline(request):
    connection = await connect(request)
    for tally in passes(request):
        while tally.goes_on():
            answers = await connection.fetchmany(request.sql, [(index,) for index in range(BATCH)])
            expect([answer[0] for answer in answers] == list(range(BATCH)))
            tally.finish(operations=BATCH)
        result = tally.measurement()
    return result


async def on_pool(request, body):
    sizes = dict(min_size=request.connections, max_size=request.connections)
    async with asyncpg.create_pool(request.url or None, **sizes) as pool:
        for tally in passes(request):
            await asyncio.gather(*(body(pool, tally) for _ in range(request.tasks)))
            result = tally.measurement()
    return result


async def pool_select(request):
    async def task(pool, tally):
        while tally.goes_on():
            begun = now()
            key = random.randint(1, ACCOUNTS)
            expect(await pool.fetchval(request.sql, key) == balance(key))
            tally.finish(rows=1, begun_at=begun)

    return await on_pool(request, task)


async def pool_acquire(request):
    async def task(pool, tally):
        while tally.goes_on():
            begun = now()
            async with pool.acquire():
                pass
            tally.finish(begun_at=begun)

    return await on_pool(request, task)


async def connecting(request):
    for tally in passes(request):
        while tally.goes_on():
            await (await connect(request)).close()
            tally.finish()
        result = tally.measurement()
    return result


async def notify(request):
    listener = await connect(request)
    sender = await connect(request)
    received = asyncio.Queue()
    await listener.add_listener("postgres_bench", lambda _, __, ___, payload: received.put_nowait(payload))
    statement = await sender.prepare(request.sql)
    for tally in passes(request):
        number = 0
        while tally.goes_on():
            await statement.fetch(str(number))
            expect(await received.get() == str(number))
            number += 1
            tally.finish()
        result = tally.measurement()
    return result


WORKLOADS = {
    "oneplusone": one_plus_one, "pg_type": queries(-1, True), "generate_series": queries(1000),
    "wide_rows": wide_rows, "large_object": large_object, "arrays": queries(), "copy_in": copy_in,
    "batch_insert": batch_insert, "pipeline": pipeline, "pool_select": pool_select, "pool_acquire": pool_acquire,
    "connect": connecting, "notify": notify,
}

if __name__ == "__main__":
    main(import_peer, "asyncpg uvloop")
