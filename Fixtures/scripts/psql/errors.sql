SELEC 1;
SELECT 1; SELECT 1/0; SELECT 2;
SELECT 1\; SELECT 1/0\; SELECT 2;
SET statement_timeout = '20ms';
SELECT pg_sleep(30);
RESET statement_timeout;
DO $$ BEGIN RAISE NOTICE 'a notice'; RAISE EXCEPTION USING ERRCODE = 'P0042', MESSAGE = 'my own', DETAIL = 'in detail', HINT = 'a hint'; END $$;
SELECT 'still here';
