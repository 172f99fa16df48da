--! simple
BEGIN; SELECT 'in a transaction'; SAVEPOINT one;
--! fails
SELECT 1/0;
--! fails
SELECT 'in a failed one';
ROLLBACK TO SAVEPOINT one; SELECT 'in a transaction again';
--! extended
--! fails
SELECT 1/0;
COMMIT;
SELECT 'idle, and rolled back';
