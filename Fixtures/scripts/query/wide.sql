SELECT i::int4 AS id, i::int8 * 7 AS big, 'row number ' || i AS txt, i::float8 / 3 AS f, (i % 2 = 0) AS flag FROM generate_series(1, 300) AS i;
SELECT repeat('x', 20000);
