--! simple
SELECT 1 AS one, 'two' AS two, NULL::text AS nothing;
