--! arguments 1 'two words' NULL true
SELECT $1::int8 AS one, $2::text AS two, $3::text AS nothing, $4::bool AS yes;
--! arguments 2 '' NULL false
SELECT $1::int8 AS one, $2::text AS two, $3::text AS nothing, $4::bool AS yes;
