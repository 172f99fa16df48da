--! simple
DO $$ BEGIN RAISE NOTICE 'first'; RAISE WARNING 'second'; END $$;
--! extended
DROP TABLE IF EXISTS nowhere;
SELECT 1;
