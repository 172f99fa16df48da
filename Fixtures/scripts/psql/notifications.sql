LISTEN here;
NOTIFY here, 'a payload';
SELECT pg_notify('here', 'another');
BEGIN;
NOTIFY here, 'at the end only';
SELECT 'nothing yet';
COMMIT;
UNLISTEN *;
