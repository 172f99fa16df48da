SELECT true, 1::int2, 2::int4, 3::int8, 4::oid, 1.5::float4, -2.5::float8, 'text', '\x0001ff'::bytea, '00112233-4455-6677-8899-aabbccddeeff'::uuid, '2024-02-29 12:34:56.789012+00'::timestamptz, '{"a": 1}'::json, '{"a": [1, null]}'::jsonb;
SELECT '{1,NULL,3}'::int4[], '{}'::text[], '{a,"b c",NULL}'::text[];
SELECT NULL::bool, NULL::int4, NULL::text, NULL::int4[];
