SELECT FROM generate_series(1, 3);
--! simple
SELECT FROM generate_series(1, 3);
