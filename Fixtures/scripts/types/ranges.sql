-- Every type of this kind, in binary and then in text.
SELECT v, v::text FROM (VALUES ('[1,5]'::int4range), ('(,)'::int4range), ('empty'::int4range)) AS s (v);
SELECT v, v::text FROM (VALUES ('[1,5)'::int8range)) AS s (v);
SELECT v, v::text FROM (VALUES ('(-1.50,Infinity]'::numrange)) AS s (v);
SELECT v, v::text FROM (VALUES ('[2024-02-29,infinity)'::daterange)) AS s (v);
SELECT v, v::text FROM (VALUES ('(-infinity,"2024-02-29 12:00:00"]'::tsrange)) AS s (v);
SELECT v, v::text FROM (VALUES ('["2024-02-29 12:00:00+00",)'::tstzrange)) AS s (v);
SELECT v, v::text FROM (VALUES ('{[1,3),[5,)}'::int4multirange), ('{}'::int4multirange)) AS s (v);
SELECT v, v::text FROM (VALUES ('{[1,3)}'::int8multirange)) AS s (v);
SELECT v, v::text FROM (VALUES ('{[1.5,2.5],(3,)}'::nummultirange)) AS s (v);
SELECT v, v::text FROM (VALUES ('{(,2024-02-29)}'::datemultirange)) AS s (v);
SELECT v, v::text FROM (VALUES ('{["2024-01-01 00:00:00","2024-01-02 00:00:00")}'::tsmultirange)) AS s (v);
SELECT v, v::text FROM (VALUES ('{["2024-01-01 00:00:00+00",)}'::tstzmultirange)) AS s (v);
--! simple
SELECT v, v::text FROM (VALUES ('[1,5]'::int4range), ('(,)'::int4range), ('empty'::int4range)) AS s (v);
SELECT v, v::text FROM (VALUES ('[1,5)'::int8range)) AS s (v);
SELECT v, v::text FROM (VALUES ('(-1.50,Infinity]'::numrange)) AS s (v);
SELECT v, v::text FROM (VALUES ('[2024-02-29,infinity)'::daterange)) AS s (v);
SELECT v, v::text FROM (VALUES ('(-infinity,"2024-02-29 12:00:00"]'::tsrange)) AS s (v);
SELECT v, v::text FROM (VALUES ('["2024-02-29 12:00:00+00",)'::tstzrange)) AS s (v);
SELECT v, v::text FROM (VALUES ('{[1,3),[5,)}'::int4multirange), ('{}'::int4multirange)) AS s (v);
SELECT v, v::text FROM (VALUES ('{[1,3)}'::int8multirange)) AS s (v);
SELECT v, v::text FROM (VALUES ('{[1.5,2.5],(3,)}'::nummultirange)) AS s (v);
SELECT v, v::text FROM (VALUES ('{(,2024-02-29)}'::datemultirange)) AS s (v);
SELECT v, v::text FROM (VALUES ('{["2024-01-01 00:00:00","2024-01-02 00:00:00")}'::tsmultirange)) AS s (v);
SELECT v, v::text FROM (VALUES ('{["2024-01-01 00:00:00+00",)}'::tstzmultirange)) AS s (v);
