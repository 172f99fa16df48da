--! arguments 1
--! fails
SELEC $1::int8;
--! arguments 1
--! fails
SELECT $1::int8 FROM nowhere;
--! arguments 0
--! fails
SELECT 1 / $1::int8;
--! arguments 2
--! fails
SELECT $1::int8 / (i - 2) FROM generate_series(1, 3) AS i;
SELECT 'still here';
