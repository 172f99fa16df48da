-- The connection itself is the recording; one query shows that it works.
SELECT 1;
