-- Every type of this kind, in binary and then in text.
SELECT v, v::text FROM (VALUES ('10.0.0.1/8'::inet), ('::ffff:1.2.3.4'::inet), ('fe80::1/64'::inet)) AS s (v);
SELECT v, v::text FROM (VALUES ('10.0.0.0/8'::cidr), ('::/0'::cidr)) AS s (v);
SELECT v, v::text FROM (VALUES ('08:00:2b:01:02:03'::macaddr)) AS s (v);
SELECT v, v::text FROM (VALUES ('08:00:2b:01:02:03:04:05'::macaddr8)) AS s (v);
SELECT v, v::text FROM (VALUES ('(-1.5,1e300)'::point), ('(NaN,0)'::point)) AS s (v);
SELECT v, v::text FROM (VALUES ('[(0,1),(2,3)]'::lseg)) AS s (v);
SELECT v, v::text FROM (VALUES ('(0,1),(2,3)'::box)) AS s (v);
SELECT v, v::text FROM (VALUES ('[(0,1),(2,3)]'::path), ('((0,1),(2,3))'::path)) AS s (v);
SELECT v, v::text FROM (VALUES ('((0,1),(2,3),(4,0))'::polygon)) AS s (v);
SELECT v, v::text FROM (VALUES ('{1,2,3}'::line)) AS s (v);
SELECT v, v::text FROM (VALUES ('<(1,2),3>'::circle)) AS s (v);
--! simple
SELECT v, v::text FROM (VALUES ('10.0.0.1/8'::inet), ('::ffff:1.2.3.4'::inet), ('fe80::1/64'::inet)) AS s (v);
SELECT v, v::text FROM (VALUES ('10.0.0.0/8'::cidr), ('::/0'::cidr)) AS s (v);
SELECT v, v::text FROM (VALUES ('08:00:2b:01:02:03'::macaddr)) AS s (v);
SELECT v, v::text FROM (VALUES ('08:00:2b:01:02:03:04:05'::macaddr8)) AS s (v);
SELECT v, v::text FROM (VALUES ('(-1.5,1e300)'::point), ('(NaN,0)'::point)) AS s (v);
SELECT v, v::text FROM (VALUES ('[(0,1),(2,3)]'::lseg)) AS s (v);
SELECT v, v::text FROM (VALUES ('(0,1),(2,3)'::box)) AS s (v);
SELECT v, v::text FROM (VALUES ('[(0,1),(2,3)]'::path), ('((0,1),(2,3))'::path)) AS s (v);
SELECT v, v::text FROM (VALUES ('((0,1),(2,3),(4,0))'::polygon)) AS s (v);
SELECT v, v::text FROM (VALUES ('{1,2,3}'::line)) AS s (v);
SELECT v, v::text FROM (VALUES ('<(1,2),3>'::circle)) AS s (v);
