-- Every type of this kind, in binary and then in text.
SELECT v, v::text FROM (VALUES ('t'::bool), ('f'::bool)) AS s (v);
SELECT v, v::text FROM (VALUES ('-32768'::int2), ('32767'::int2)) AS s (v);
SELECT v, v::text FROM (VALUES ('-2147483648'::int4), ('2147483647'::int4)) AS s (v);
SELECT v, v::text FROM (VALUES ('-9223372036854775808'::int8), ('9223372036854775807'::int8)) AS s (v);
SELECT v, v::text FROM (VALUES ('0'::oid), ('4294967295'::oid)) AS s (v);
SELECT v, v::text FROM (VALUES ('3'::xid)) AS s (v);
SELECT v, v::text FROM (VALUES ('4294967295'::cid)) AS s (v);
SELECT v, v::text FROM (VALUES ('18446744073709551615'::xid8)) AS s (v);
SELECT v, v::text FROM (VALUES ('-0'::float4), ('NaN'::float4), ('Infinity'::float4), ('1.4e-45'::float4), ('0.1'::float4)) AS s (v);
SELECT v, v::text FROM (VALUES ('-0'::float8), ('NaN'::float8), ('-Infinity'::float8), ('4.9e-324'::float8), ('0.1'::float8)) AS s (v);
SELECT v, v::text FROM (VALUES ('0'::numeric), ('0.10'::numeric), ('-10000'::numeric), ('1e-20'::numeric), ('NaN'::numeric), ('Infinity'::numeric), ('-Infinity'::numeric)) AS s (v);
SELECT v, v::text FROM (VALUES ('16/B374D848'::pg_lsn)) AS s (v);
SELECT v, v::text FROM (VALUES ('(4294967295,65535)'::tid)) AS s (v);
--! simple
SELECT v, v::text FROM (VALUES ('t'::bool), ('f'::bool)) AS s (v);
SELECT v, v::text FROM (VALUES ('-32768'::int2), ('32767'::int2)) AS s (v);
SELECT v, v::text FROM (VALUES ('-2147483648'::int4), ('2147483647'::int4)) AS s (v);
SELECT v, v::text FROM (VALUES ('-9223372036854775808'::int8), ('9223372036854775807'::int8)) AS s (v);
SELECT v, v::text FROM (VALUES ('0'::oid), ('4294967295'::oid)) AS s (v);
SELECT v, v::text FROM (VALUES ('3'::xid)) AS s (v);
SELECT v, v::text FROM (VALUES ('4294967295'::cid)) AS s (v);
SELECT v, v::text FROM (VALUES ('18446744073709551615'::xid8)) AS s (v);
SELECT v, v::text FROM (VALUES ('-0'::float4), ('NaN'::float4), ('Infinity'::float4), ('1.4e-45'::float4), ('0.1'::float4)) AS s (v);
SELECT v, v::text FROM (VALUES ('-0'::float8), ('NaN'::float8), ('-Infinity'::float8), ('4.9e-324'::float8), ('0.1'::float8)) AS s (v);
SELECT v, v::text FROM (VALUES ('0'::numeric), ('0.10'::numeric), ('-10000'::numeric), ('1e-20'::numeric), ('NaN'::numeric), ('Infinity'::numeric), ('-Infinity'::numeric)) AS s (v);
SELECT v, v::text FROM (VALUES ('16/B374D848'::pg_lsn)) AS s (v);
SELECT v, v::text FROM (VALUES ('(4294967295,65535)'::tid)) AS s (v);
