SELECT i FROM generate_series(1, 3) AS i;
SELECT i FROM generate_series(1, 3) AS i;
SELECT 'between';
SELECT i FROM generate_series(1, 3) AS i;
