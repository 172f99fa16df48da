SET application_name = 'renamed';
SET TimeZone = 'Europe/Vienna';
SELECT 1;
BEGIN;
SET LOCAL TimeZone = 'UTC';
ROLLBACK;
