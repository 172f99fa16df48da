-- Every type of this kind, in binary and then in text.
SELECT v, v::text FROM (VALUES (''::text), ('it''s'::text), ('é🐘'::text)) AS s (v);
SELECT v, v::text FROM (VALUES ('a b'::varchar)) AS s (v);
SELECT v, v::text FROM (VALUES ('a b'::bpchar)) AS s (v);
SELECT v, v::text FROM (VALUES ('a name'::name)) AS s (v);
SELECT v, v::text FROM (VALUES (''::"char"), ('c'::"char"), ('"'::"char")) AS s (v);
SELECT v, v::text FROM (VALUES (''::bytea), ('\x00ff5c'::bytea)) AS s (v);
SELECT v, v::text FROM (VALUES ('a cursor'::refcursor)) AS s (v);
SELECT v, v::text FROM (VALUES ('{"a": 1, "a": [null]}'::json)) AS s (v);
SELECT v, v::text FROM (VALUES ('{"b": 1.50, "a": [true, {}]}'::jsonb)) AS s (v);
SELECT v, v::text FROM (VALUES ('$."a"[*]?(@ > 1)'::jsonpath)) AS s (v);
SELECT v, v::text FROM (VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid)) AS s (v);
SELECT v, v::text FROM (VALUES ('101'::bit)) AS s (v);
SELECT v, v::text FROM (VALUES (''::varbit), ('1010101011'::varbit)) AS s (v);
--! simple
SELECT v, v::text FROM (VALUES (''::text), ('it''s'::text), ('é🐘'::text)) AS s (v);
SELECT v, v::text FROM (VALUES ('a b'::varchar)) AS s (v);
SELECT v, v::text FROM (VALUES ('a b'::bpchar)) AS s (v);
SELECT v, v::text FROM (VALUES ('a name'::name)) AS s (v);
SELECT v, v::text FROM (VALUES (''::"char"), ('c'::"char"), ('"'::"char")) AS s (v);
SELECT v, v::text FROM (VALUES (''::bytea), ('\x00ff5c'::bytea)) AS s (v);
SELECT v, v::text FROM (VALUES ('a cursor'::refcursor)) AS s (v);
SELECT v, v::text FROM (VALUES ('{"a": 1, "a": [null]}'::json)) AS s (v);
SELECT v, v::text FROM (VALUES ('{"b": 1.50, "a": [true, {}]}'::jsonb)) AS s (v);
SELECT v, v::text FROM (VALUES ('$."a"[*]?(@ > 1)'::jsonpath)) AS s (v);
SELECT v, v::text FROM (VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid)) AS s (v);
SELECT v, v::text FROM (VALUES ('101'::bit)) AS s (v);
SELECT v, v::text FROM (VALUES (''::varbit), ('1010101011'::varbit)) AS s (v);
