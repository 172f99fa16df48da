--! simple
DO $$ BEGIN EXECUTE (SELECT 'CREATE TEMPORARY TABLE wide (' || string_agg('c' || i || ' int', ', ') || ')' FROM generate_series(1, 1600) AS i); END $$;
--! extended
INSERT INTO wide (c1, c1600) VALUES (1, 1600);
SELECT * FROM wide;
