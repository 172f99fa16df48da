--! simple
SELECT 1; CREATE TEMPORARY TABLE t (a int); INSERT INTO t VALUES (1), (2); SELECT * FROM t;
--! fails
SELECT 1; SELECT 1/0; SELECT 2;
SELECT 'still here';
