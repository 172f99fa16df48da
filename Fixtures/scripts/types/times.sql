-- Every type of this kind, in binary and then in text.
SELECT v, v::text FROM (VALUES ('4714-11-24 BC'::date), ('5874897-12-31'::date), ('infinity'::date), ('2000-02-29'::date)) AS s (v);
SELECT v, v::text FROM (VALUES ('00:00'::time), ('24:00:00'::time), ('12:34:56.789012'::time)) AS s (v);
SELECT v, v::text FROM (VALUES ('12:34:56.7-05:30:15'::timetz)) AS s (v);
SELECT v, v::text FROM (VALUES ('4714-11-24 00:00:00 BC'::timestamp), ('294276-12-31 23:59:59.999999'::timestamp), ('-infinity'::timestamp)) AS s (v);
SELECT v, v::text FROM (VALUES ('2024-02-29 12:34:56.789012+01'::timestamptz), ('infinity'::timestamptz)) AS s (v);
SELECT v, v::text FROM (VALUES ('1 year -2 mons +3 days -04:05:06.789'::interval), ('0'::interval)) AS s (v);
--! simple
SELECT v, v::text FROM (VALUES ('4714-11-24 BC'::date), ('5874897-12-31'::date), ('infinity'::date), ('2000-02-29'::date)) AS s (v);
SELECT v, v::text FROM (VALUES ('00:00'::time), ('24:00:00'::time), ('12:34:56.789012'::time)) AS s (v);
SELECT v, v::text FROM (VALUES ('12:34:56.7-05:30:15'::timetz)) AS s (v);
SELECT v, v::text FROM (VALUES ('4714-11-24 00:00:00 BC'::timestamp), ('294276-12-31 23:59:59.999999'::timestamp), ('-infinity'::timestamp)) AS s (v);
SELECT v, v::text FROM (VALUES ('2024-02-29 12:34:56.789012+01'::timestamptz), ('infinity'::timestamptz)) AS s (v);
SELECT v, v::text FROM (VALUES ('1 year -2 mons +3 days -04:05:06.789'::interval), ('0'::interval)) AS s (v);
