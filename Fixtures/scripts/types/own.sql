-- Types of a database's own, in binary and then in text.
--! simple
CREATE TYPE pg_temp.mood AS ENUM ('happy', 'very sad');
CREATE DOMAIN pg_temp.positive AS int4 CHECK (VALUE > 0);
CREATE TYPE pg_temp.address AS (street text, dropped int4, number pg_temp.positive, mood pg_temp.mood);
ALTER TYPE pg_temp.address DROP ATTRIBUTE dropped;
CREATE TYPE pg_temp.person AS (home pg_temp.address, others pg_temp.address[]);
CREATE TYPE pg_temp.float_range AS RANGE (subtype = float8, multirange_type_name = pg_temp.float_multirange);
--! extended
SELECT v, v::text FROM (VALUES ('happy'::pg_temp.mood), ('very sad')) AS s (v);
SELECT v, v::text FROM (VALUES (7::pg_temp.positive)) AS s (v);
SELECT v, v::text FROM (VALUES (ROW('a "b"', 1, 'happy')::pg_temp.address), (ROW('', NULL, NULL)::pg_temp.address), (ROW(NULL, NULL, NULL)::pg_temp.address)) AS s (v);
SELECT v, v::text FROM (VALUES (ARRAY[ROW('(a,b)', 1, 'happy'), NULL]::pg_temp.address[])) AS s (v);
SELECT v, v::text FROM (VALUES (ROW(ROW('a', 1, 'happy'), ARRAY[ROW('b', 2, NULL)]::pg_temp.address[])::pg_temp.person)) AS s (v);
SELECT v, v::text FROM (VALUES ('[1.5,2.5)'::pg_temp.float_range), ('empty')) AS s (v);
SELECT v, v::text FROM (VALUES ('{[1.5,2.5),[3,)}'::pg_temp.float_multirange)) AS s (v);
SELECT v, v::text FROM (VALUES (ROW(1, 'a b'::text, NULL::int4)), (ROW(2, '"(,)"'::text, 3))) AS s (v);
--! simple
SELECT v, v::text FROM (VALUES ('happy'::pg_temp.mood), ('very sad')) AS s (v);
SELECT v, v::text FROM (VALUES (7::pg_temp.positive)) AS s (v);
SELECT v, v::text FROM (VALUES (ROW('a "b"', 1, 'happy')::pg_temp.address), (ROW('', NULL, NULL)::pg_temp.address), (ROW(NULL, NULL, NULL)::pg_temp.address)) AS s (v);
SELECT v, v::text FROM (VALUES (ARRAY[ROW('(a,b)', 1, 'happy'), NULL]::pg_temp.address[])) AS s (v);
SELECT v, v::text FROM (VALUES (ROW(ROW('a', 1, 'happy'), ARRAY[ROW('b', 2, NULL)]::pg_temp.address[])::pg_temp.person)) AS s (v);
SELECT v, v::text FROM (VALUES ('[1.5,2.5)'::pg_temp.float_range), ('empty')) AS s (v);
SELECT v, v::text FROM (VALUES ('{[1.5,2.5),[3,)}'::pg_temp.float_multirange)) AS s (v);
SELECT v, v::text FROM (VALUES (ROW(1, 'a b'::text, NULL::int4)), (ROW(2, '"(,)"'::text, 3))) AS s (v);
