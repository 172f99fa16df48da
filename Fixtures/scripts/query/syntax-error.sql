--! fails
SELEC 1;
SELECT 'still here';
