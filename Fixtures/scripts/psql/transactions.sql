SELECT 'idle';
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT 'in a transaction';
SAVEPOINT one;
SELECT 1/0;
SELECT 'in a failed one';
ROLLBACK TO SAVEPOINT one;
SELECT 'in a transaction again';
COMMIT;
\set AUTOCOMMIT off
SELECT 'begun by psql';
ROLLBACK;
