SELECT 1::int4 AS one, 'two'::text AS two, NULL::text AS nothing;
CREATE TEMPORARY TABLE t (a int PRIMARY KEY, b text);
INSERT INTO t VALUES (1, 'one'), (2, NULL);
SELECT a, b FROM t ORDER BY a;
DELETE FROM t;
