CREATE TABLE pg_temp.t (id bigserial PRIMARY KEY, name text NOT NULL DEFAULT 'nobody', at timestamptz);
SELECT 1 AS number, 'x'::varchar(10) AS text, now() AS moment \gdesc
SELECT format('SELECT %s;', i) FROM generate_series(1, 3) AS i \gexec
\x on
SELECT 1 AS a, NULL AS b, 'two
lines' AS c;
