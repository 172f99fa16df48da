CREATE TEMPORARY TABLE t (a int);
--! fails
COPY t FROM STDIN;
--! fails
COPY (SELECT i FROM generate_series(1, 5) AS i) TO STDOUT;
--! simple
--! fails
COPY t FROM STDIN;
--! fails
COPY (SELECT 1) TO STDOUT;
SELECT 'still here';
