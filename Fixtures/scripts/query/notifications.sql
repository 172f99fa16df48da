LISTEN here;
NOTIFY here, 'payload';
SELECT 1;
