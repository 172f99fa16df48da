-- Every type of this kind, in binary and then in text.
SELECT v, v::text FROM (VALUES ('{}'::int4[]), ('{1,NULL,-3}'::int4[]), ('[0:1][-1:0]={{1,2},{3,4}}'::int4[]), ('{{{{{{1}}}}}}'::int4[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{"NULL",NULL,"a\"b","","{}"}'::text[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{t,f}'::bool[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{1.50,NaN}'::numeric[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{"\\x00ff"}'::bytea[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{"2024-02-29 12:00:00+00",infinity}'::timestamptz[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{(1,1),(0,0);(2,2),(1,1)}'::box[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{"1 day","-00:00:01"}'::interval[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{"[1,5)",empty,NULL}'::int4range[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{"{\"a\": 1}"}'::jsonb[])) AS s (v);
--! simple
SELECT v, v::text FROM (VALUES ('{}'::int4[]), ('{1,NULL,-3}'::int4[]), ('[0:1][-1:0]={{1,2},{3,4}}'::int4[]), ('{{{{{{1}}}}}}'::int4[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{"NULL",NULL,"a\"b","","{}"}'::text[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{t,f}'::bool[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{1.50,NaN}'::numeric[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{"\\x00ff"}'::bytea[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{"2024-02-29 12:00:00+00",infinity}'::timestamptz[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{(1,1),(0,0);(2,2),(1,1)}'::box[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{"1 day","-00:00:01"}'::interval[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{"[1,5)",empty,NULL}'::int4range[])) AS s (v);
SELECT v, v::text FROM (VALUES ('{"{\"a\": 1}"}'::jsonb[])) AS s (v);
