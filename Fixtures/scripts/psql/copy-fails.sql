CREATE TEMPORARY TABLE t (a int PRIMARY KEY);
COPY t FROM STDIN;
1
not a number
2
\.
COPY t FROM STDIN;
1
1
\.
COPY nowhere FROM STDIN;
COPY (SELECT 1 / (3 - i) FROM generate_series(1, 5) AS i) TO STDOUT;
SELECT count(*) FROM t;
