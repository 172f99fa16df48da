CREATE TEMPORARY TABLE t (a int, b text);
COPY t FROM STDIN;
1	one
2	\N
3	three, with a tab\there
\.
\copy t (a) FROM PROGRAM 'printf "4\n5\n"'
COPY t TO STDOUT;
COPY (SELECT a, b FROM t WHERE a < 0) TO STDOUT;
COPY t TO STDOUT WITH (FORMAT csv, HEADER);
