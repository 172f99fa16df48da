CREATE TEMPORARY TABLE t (a int CONSTRAINT t_key PRIMARY KEY, b int NOT NULL, CONSTRAINT late UNIQUE (b) DEFERRABLE INITIALLY DEFERRED);
INSERT INTO t VALUES (1, 1);
--! fails
INSERT INTO t VALUES (1, 2);
--! fails
INSERT INTO t VALUES (2, NULL);
--! fails
INSERT INTO t VALUES (2, 1);
--! fails
SELECT 1 / (3 - i) FROM generate_series(1, 5) AS i;
--! fails
SELECT * FROM nowhere;
SELECT 'still here';
