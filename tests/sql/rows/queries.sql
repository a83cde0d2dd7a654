-- # dates: intervals of every unit
SELECT d + INTERVAL '1 day' FROM days ORDER BY d;
SELECT d - INTERVAL '7 days' FROM days ORDER BY d;
SELECT d + INTERVAL '2 weeks', at - INTERVAL '1 week' FROM days ORDER BY d;
SELECT d + INTERVAL '1 month' FROM days ORDER BY d;
SELECT d - INTERVAL '1 month' FROM days ORDER BY d;
SELECT d + INTERVAL '3 months', d - INTERVAL '11 months' FROM days ORDER BY d;
SELECT d + INTERVAL '1 year', d - INTERVAL '1 year', d - INTERVAL '4 years' FROM days ORDER BY d;
SELECT d + INTERVAL '1 decade', d - INTERVAL '1 century' FROM days ORDER BY d;
SELECT d + INTERVAL '5 hours', d - INTERVAL '90 minutes', d + INTERVAL '30 seconds' FROM days ORDER BY d;
SELECT at + INTERVAL '5 hours', at - INTERVAL '90 minutes', at + INTERVAL '45 seconds' FROM days ORDER BY at;
SELECT at + INTERVAL '1 month', at - INTERVAL '1 month', at + INTERVAL '1 year' FROM days ORDER BY at;
SELECT d + INTERVAL '1 year 2 months', d - INTERVAL '1 year 2 months 3 days' FROM days ORDER BY d;
SELECT at + INTERVAL '1 year 2 months 3 days 04:05:06' FROM days ORDER BY at;
SELECT d + INTERVAL '-1 month', d - INTERVAL '-10 days', d + INTERVAL '3 days ago' FROM days ORDER BY d;
SELECT d + INTERVAL '1' DAY, d - INTERVAL '2' MONTH, d + INTERVAL '1' YEAR FROM days ORDER BY d;
SELECT d + INTERVAL '1.5 days', d + INTERVAL '0.5 month' FROM days ORDER BY d;
SELECT d + '1 day'::interval, d - CAST('2 weeks' AS interval) FROM days ORDER BY d;
SELECT INTERVAL '1 day' + d FROM days ORDER BY d;
SELECT d + n * INTERVAL '1 day', d - n * INTERVAL '1 day' FROM days ORDER BY d;
SELECT d + INTERVAL '1 month' * n, d + INTERVAL '1 week' * n FROM days ORDER BY d;
SELECT at + n * INTERVAL '1 hour', at - n * INTERVAL '15 minutes' FROM days ORDER BY at;
SELECT at + (n || ' days')::interval FROM days WHERE n > 0 ORDER BY at;
SELECT (d + INTERVAL '1 month')::date, CAST(d - INTERVAL '1 day' AS DATE) FROM days ORDER BY d;
SELECT d + INTERVAL '1 month' + INTERVAL '1 day', d + INTERVAL '1 month' - INTERVAL '1 day' FROM days ORDER BY d;
SELECT DATE_TRUNC('month', d) + INTERVAL '1 month' - INTERVAL '1 day' FROM days ORDER BY d;
SELECT (DATE_TRUNC('month', d) + INTERVAL '1 month' - INTERVAL '1 day')::date AS last FROM days ORDER BY last;
SELECT INTERVAL '1 day' + INTERVAL '2 hours', INTERVAL '1 year' - INTERVAL '1 month', INTERVAL '1 month' * 3, INTERVAL '1 day' / 2, -INTERVAL '1 day';
SELECT MAX(d) + INTERVAL '1 month', MIN(at) - INTERVAL '1 day' FROM days;

SELECT d + MAKE_INTERVAL(days => n), at - MAKE_INTERVAL(0, 1, 0, 2), d + MAKE_INTERVAL(years => 1, hours => 3) FROM days ORDER BY d;
SELECT MAKE_INTERVAL(days => 3, mins => 90), d + MAKE_INTERVAL(months => n) FROM days ORDER BY d;

-- # dates: days and spans between
SELECT d + 1, d - 7, d + n, d - n FROM days ORDER BY d;
SELECT 7 + d FROM days ORDER BY d;
SELECT DATE '2024-03-01' - d FROM days ORDER BY d;
SELECT d - '2024-01-01' FROM days ORDER BY d;
SELECT DATE '2024-03-01' - DATE '2024-02-01', DATE '2024-01-01' + 45;
SELECT MAX(d) - MIN(d) FROM days;
SELECT MAX(ordered_on) - MIN(ordered_on) AS span, person_id FROM orders GROUP BY person_id ORDER BY person_id;
SELECT at - TIMESTAMP '2024-01-01 00:00:00' FROM days ORDER BY at;
SELECT shipped_at - ordered_on FROM orders ORDER BY id;
SELECT shipped_at::date - ordered_on FROM orders ORDER BY id;
SELECT AVG(shipped_at - ordered_on) FROM orders;
SELECT SUM(shipped_at - ordered_on), MIN(shipped_at - ordered_on), MAX(shipped_at - ordered_on) FROM orders;
SELECT AVG(shipped_at::date - ordered_on) FROM orders;
SELECT person_id, AVG(shipped_at::date - ordered_on) AS days FROM orders GROUP BY person_id ORDER BY days, person_id;
SELECT id FROM orders WHERE shipped_at - ordered_on > INTERVAL '2 days' ORDER BY id;
SELECT id FROM orders WHERE shipped_at - ordered_on BETWEEN INTERVAL '1 day' AND INTERVAL '60 hours' ORDER BY id;
SELECT id, shipped_at - ordered_on AS took FROM orders WHERE shipped_at IS NOT NULL ORDER BY took DESC, id;
SELECT id FROM orders WHERE shipped_at < ordered_on + INTERVAL '2 days' ORDER BY id;
SELECT x.d - 3, x.d - DATE '2024-01-01' FROM (SELECT MAX(ordered_on) AS d FROM orders) x;
WITH f AS (SELECT person_id, MIN(ordered_on) AS first, MAX(ordered_on) AS last FROM orders GROUP BY person_id) SELECT person_id, last - first FROM f ORDER BY person_id;
SELECT id, ordered_on - LAG(ordered_on) OVER (ORDER BY ordered_on, id) FROM orders ORDER BY id;
SELECT CASE WHEN d > DATE '2024-01-01' THEN d ELSE DATE '2024-01-01' END - 1 FROM days ORDER BY d;
SELECT COALESCE(d, DATE '2020-01-01') + 1 FROM days ORDER BY 1;
SELECT GREATEST(d, DATE '2024-01-01') - DATE '2024-01-01' FROM days ORDER BY 1;

-- # dates: DATE_TRUNC
SELECT DATE_TRUNC('year', d), DATE_TRUNC('quarter', d), DATE_TRUNC('month', d) FROM days ORDER BY d;
SELECT DATE_TRUNC('week', d), DATE_TRUNC('day', d) FROM days ORDER BY d;
SELECT DATE_TRUNC('week', at), DATE_TRUNC('day', at), DATE_TRUNC('hour', at), DATE_TRUNC('minute', at), DATE_TRUNC('second', at) FROM days ORDER BY at;
SELECT DATE_TRUNC('decade', d), DATE_TRUNC('century', d), DATE_TRUNC('millennium', d) FROM days ORDER BY d;
SELECT DATE_TRUNC('month', at)::date AS m, COUNT(*) FROM days GROUP BY m ORDER BY m;
SELECT DATE_TRUNC('month', ordered_on) AS month, SUM(total), COUNT(*) FROM orders GROUP BY month ORDER BY month;
SELECT DATE_TRUNC('month', ordered_on) AS month, SUM(total) FROM orders GROUP BY DATE_TRUNC('month', ordered_on) ORDER BY 1;
SELECT DATE_TRUNC('week', shipped_at) AS week, COUNT(*) FROM orders WHERE shipped_at IS NOT NULL GROUP BY 1 ORDER BY 1;
SELECT id FROM orders WHERE DATE_TRUNC('month', ordered_on) = '2024-06-01' ORDER BY id;
SELECT id FROM orders WHERE DATE_TRUNC('month', ordered_on) = DATE_TRUNC('month', CURRENT_DATE) ORDER BY id;
SELECT id FROM orders WHERE DATE_TRUNC('year', shipped_at) = DATE '2024-01-01' ORDER BY id;
SELECT id FROM orders WHERE DATE_TRUNC('day', shipped_at) = TIMESTAMP '2024-03-01 00:00:00' ORDER BY id;
SELECT d FROM days WHERE DATE_TRUNC('hour', d) = DATE '2023-12-31' OR DATE_TRUNC('minute', d) > '2024-02-01' ORDER BY d;
SELECT DATE_TRUNC('hour', INTERVAL '3 days 04:50:10');

-- # dates: parts
SELECT EXTRACT(YEAR FROM d), EXTRACT(MONTH FROM d), EXTRACT(DAY FROM d) FROM days ORDER BY d;
SELECT EXTRACT(HOUR FROM at), EXTRACT(MINUTE FROM at), EXTRACT(SECOND FROM at) FROM days ORDER BY at;
SELECT EXTRACT(DOW FROM d), EXTRACT(ISODOW FROM d), EXTRACT(DOY FROM d) FROM days ORDER BY d;
SELECT EXTRACT(WEEK FROM d), EXTRACT(QUARTER FROM d), EXTRACT(ISOYEAR FROM d) FROM days ORDER BY d;
SELECT EXTRACT(EPOCH FROM d), EXTRACT(EPOCH FROM at) FROM days ORDER BY d;
SELECT EXTRACT(DECADE FROM d), EXTRACT(CENTURY FROM d), EXTRACT(MILLENNIUM FROM d) FROM days ORDER BY d;
SELECT DATE_PART('year', d), DATE_PART('dow', d), DATE_PART('week', at), DATE_PART('epoch', at) FROM days ORDER BY d;
SELECT DATE_PART('day', shipped_at - ordered_on), EXTRACT(HOUR FROM shipped_at - ordered_on) FROM orders ORDER BY id;
SELECT EXTRACT(EPOCH FROM (shipped_at - ordered_on)) / 3600 FROM orders ORDER BY id;
SELECT AVG(EXTRACT(EPOCH FROM shipped_at - ordered_on) / 86400) FROM orders;
SELECT EXTRACT(DAY FROM INTERVAL '40 days 3 hours'), EXTRACT(EPOCH FROM INTERVAL '1 day 1 hour'), EXTRACT(MONTH FROM INTERVAL '1 year 2 months');
SELECT EXTRACT(YEAR FROM ordered_on) AS y, EXTRACT(MONTH FROM ordered_on) AS m, COUNT(*) FROM orders GROUP BY y, m ORDER BY y, m;
SELECT EXTRACT(YEAR FROM ordered_on) AS y, SUM(total) FROM orders GROUP BY EXTRACT(YEAR FROM ordered_on) ORDER BY y;
SELECT id FROM orders WHERE EXTRACT(YEAR FROM ordered_on) = 2024 AND EXTRACT(MONTH FROM ordered_on) IN (1, 6) ORDER BY id;
SELECT EXTRACT(DOW FROM ordered_on) IN (0, 6) AS weekend, COUNT(*) FROM orders GROUP BY weekend ORDER BY weekend;
SELECT EXTRACT(YEAR FROM d) / 2, EXTRACT(MONTH FROM d) / 12 FROM days ORDER BY d;
SELECT EXTRACT(YEAR FROM MAX(d)) - EXTRACT(YEAR FROM MIN(d)) FROM days;

-- # dates: AGE
SELECT AGE(TIMESTAMP '2024-06-15', born) FROM people ORDER BY id;
SELECT AGE(born) FROM people ORDER BY id;
SELECT EXTRACT(YEAR FROM AGE(born)) AS age FROM people ORDER BY id;
SELECT DATE_PART('year', AGE(CURRENT_DATE, born)) AS age, COUNT(*) FROM people GROUP BY age ORDER BY age;
SELECT DATE_PART('year', AGE(d, '2000-02-29')), DATE_PART('month', AGE(d, '2000-02-29')), DATE_PART('day', AGE(d, '2000-02-29')) FROM days ORDER BY d;
SELECT id FROM people WHERE AGE(born) > INTERVAL '30 years' ORDER BY id;
SELECT id FROM people WHERE AGE(CURRENT_DATE, born) < '25 years' ORDER BY id;
SELECT id FROM people WHERE EXTRACT(YEAR FROM AGE(NOW(), born)) >= 38 ORDER BY id;
SELECT AVG(EXTRACT(YEAR FROM AGE(CURRENT_DATE, born))) FROM people;
SELECT AGE(shipped_at, ordered_on) FROM orders ORDER BY id;
SELECT name FROM people WHERE born IS NOT NULL ORDER BY AGE(CURRENT_DATE, born) DESC;

-- # dates: today
SELECT CURRENT_DATE, NOW()::date, CURRENT_TIMESTAMP::date, LOCALTIMESTAMP::date;
SELECT CURRENT_DATE - 7, CURRENT_DATE + 1, CURRENT_DATE - INTERVAL '1 month', CURRENT_DATE - INTERVAL '1 year';
SELECT id FROM orders WHERE ordered_on >= CURRENT_DATE - INTERVAL '7 days' ORDER BY id;
SELECT id FROM orders WHERE ordered_on > CURRENT_DATE - 7 ORDER BY id;
SELECT id FROM orders WHERE ordered_on >= NOW() - INTERVAL '3 months' ORDER BY id;
SELECT id FROM orders WHERE ordered_on >= DATE_TRUNC('week', CURRENT_DATE) - INTERVAL '1 week' AND ordered_on < DATE_TRUNC('week', CURRENT_DATE) ORDER BY id;
SELECT id FROM orders WHERE ordered_on >= DATE_TRUNC('month', CURRENT_DATE - INTERVAL '1 month') AND ordered_on < DATE_TRUNC('month', CURRENT_DATE) ORDER BY id;
SELECT id FROM orders WHERE ordered_on BETWEEN DATE_TRUNC('quarter', CURRENT_DATE) AND CURRENT_DATE ORDER BY id;
SELECT id FROM orders WHERE EXTRACT(YEAR FROM ordered_on) = EXTRACT(YEAR FROM CURRENT_DATE) - 1 ORDER BY id;
SELECT id FROM orders WHERE shipped_at >= NOW() - INTERVAL '10 days' ORDER BY id;
SELECT id, CURRENT_DATE - ordered_on AS ago FROM orders ORDER BY id;
SELECT id FROM orders WHERE CURRENT_DATE - ordered_on > 30 ORDER BY id;
SELECT id FROM orders WHERE ordered_on = CURRENT_DATE ORDER BY id;
SELECT id FROM orders WHERE ordered_on < CURRENT_TIMESTAMP ORDER BY id;
SELECT DATE_PART('year', CURRENT_DATE), EXTRACT(QUARTER FROM NOW()), TO_CHAR(CURRENT_DATE, 'YYYY-MM');

-- # dates: comparisons
SELECT d FROM days WHERE d = '2024-01-31' OR d > '2024-06-01' ORDER BY d;
SELECT d FROM days WHERE d = '2024-1-31' ORDER BY d;
SELECT at FROM days WHERE at >= '2024-01-01' ORDER BY at;
SELECT at FROM days WHERE at > '2024-01-01' ORDER BY at;
SELECT at FROM days WHERE at <= '2024-01-01' ORDER BY at;
SELECT at FROM days WHERE at < '2024-01-01' ORDER BY at;
SELECT at FROM days WHERE at = '2024-01-01' ORDER BY at;
SELECT at FROM days WHERE at <> '2024-01-01' ORDER BY at;
SELECT at FROM days WHERE at BETWEEN '2023-12-31' AND '2024-01-31' ORDER BY at;
SELECT at FROM days WHERE at BETWEEN '2024-01-01' AND '2024-01-01' ORDER BY at;
SELECT at FROM days WHERE at > '2023-12-31 18:00:00' AND at <= '2024-02-29 06:30:15' ORDER BY at;
SELECT at FROM days WHERE at::date = '2024-02-29' ORDER BY at;
SELECT at FROM days WHERE DATE(at) = DATE '2023-12-31' ORDER BY at;
SELECT at FROM days WHERE at IN ('2024-01-01', '2023-02-28 12:00:00') ORDER BY at;
SELECT d FROM days WHERE d IN ('2024-01-01', '2023-02-28') ORDER BY d;
SELECT d FROM days WHERE d NOT IN ('2024-01-01', '2023-02-28') ORDER BY d;
SELECT d FROM days WHERE d BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' ORDER BY d;
SELECT d FROM days WHERE d BETWEEN '2024-01-01'::date AND '2024-01-01'::date + INTERVAL '1 month' ORDER BY d;
SELECT d FROM days WHERE d = at ORDER BY d;
SELECT d FROM days WHERE d < at ORDER BY d;
SELECT d FROM days WHERE at <= d ORDER BY d;
SELECT d FROM days WHERE at >= d + INTERVAL '12 hours' ORDER BY d;
SELECT d FROM days WHERE '2024-01-01' < d ORDER BY d;
SELECT d FROM days WHERE d >= TIMESTAMP '2024-01-31 10:00:00' ORDER BY d;
SELECT d FROM days WHERE d IS DISTINCT FROM DATE '2024-01-01' ORDER BY d;
SELECT MAX(at) > '2024-06-01', MIN(d) = '2000-10-15' FROM days;
SELECT a.id, b.id FROM orders a JOIN orders b ON b.ordered_on > a.ordered_on AND b.ordered_on <= a.ordered_on + INTERVAL '1 month' ORDER BY a.id, b.id;
SELECT o.id FROM orders o JOIN people p ON o.person_id = p.id WHERE o.ordered_on < p.joined + INTERVAL '2 years' ORDER BY o.id;

-- # dates: spelling and reading
SELECT TO_CHAR(d, 'YYYY-MM-DD'), TO_CHAR(d, 'YYYY-MM'), TO_CHAR(at, 'DD/MM/YYYY HH24:MI:SS') FROM days ORDER BY d;
SELECT TO_CHAR(d, 'Month'), TO_CHAR(d, 'FMMonth'), TO_CHAR(d, 'MON'), TO_CHAR(d, 'mon') FROM days ORDER BY d;
SELECT TO_CHAR(d, 'Day'), TO_CHAR(d, 'FMDay'), TO_CHAR(d, 'Dy'), TO_CHAR(d, 'DAY') FROM days ORDER BY d;
SELECT TO_CHAR(d, 'Mon YYYY'), TO_CHAR(d, 'FMMonth DD, YYYY'), TO_CHAR(d, 'FMMM/FMDD/YY') FROM days ORDER BY d;
SELECT TO_CHAR(at, 'HH12:MI AM'), TO_CHAR(at, 'HH:MI pm'), TO_CHAR(d, 'Q'), TO_CHAR(d, 'YYYY-"Q"Q') FROM days ORDER BY at;
SELECT TO_CHAR(d, 'IYYY-IW'), TO_CHAR(d, 'WW'), TO_CHAR(d, 'D'), TO_CHAR(d, 'ID'), TO_CHAR(d, 'DDD') FROM days ORDER BY d;
SELECT TO_CHAR(ordered_on, 'Month') AS m, COUNT(*) FROM orders GROUP BY m ORDER BY m;
SELECT TO_CHAR(x, '999,999,990.00'), TO_CHAR(x, 'FM9999990.0'), TO_CHAR(n, '000'), TO_CHAR(x, 'FM0000009'), TO_CHAR(x, '9999999.99') FROM days ORDER BY d;
SELECT TO_CHAR(total, 'FM$999,999.00') FROM orders ORDER BY id;
SELECT TO_CHAR(0.456 * 100, 'FM990.0') || '%';
SELECT TO_DATE('2024-03-05', 'YYYY-MM-DD'), TO_DATE('05/03/2024', 'DD/MM/YYYY'), TO_DATE('5 Mar 2024', 'DD Mon YYYY'), TO_DATE('20240305', 'YYYYMMDD');
SELECT d FROM days WHERE d >= TO_DATE('2024-01', 'YYYY-MM') ORDER BY d;
SELECT TO_TIMESTAMP('2024-03-05 14:05:06', 'YYYY-MM-DD HH24:MI:SS')::timestamp;
SELECT (TO_TIMESTAMP(1700000000) AT TIME ZONE 'UTC')::date;
SELECT MAKE_DATE(2024, 2, n) FROM days WHERE n BETWEEN 1 AND 29 ORDER BY n;
SELECT MAKE_DATE(EXTRACT(YEAR FROM d)::int, 1, 1) FROM days ORDER BY d;
SELECT MAKE_TIMESTAMP(2024, 2, 3, 4, 5, 6);
SELECT d::text, at::text, CAST(d AS VARCHAR) || '!' FROM days WHERE n > 1 ORDER BY d;
SELECT '2024-02-29'::date, CAST('2024-02-29 10:00:00' AS TIMESTAMP), DATE '2024-02-29' + TIME '10:30:00';
SELECT d::timestamp, at::date, at::time FROM days ORDER BY d;
SELECT DATE(at), COUNT(*) FROM days GROUP BY DATE(at) ORDER BY 1;

-- # numbers: division and kinds
SELECT total / quantity FROM orders WHERE quantity > 0 ORDER BY id;
SELECT quantity / 2, quantity % 2, quantity / 2.0, quantity::float / 2, quantity * 1.0 / 4 FROM orders ORDER BY id;
SELECT SUM(quantity) / COUNT(*), SUM(quantity) / COUNT(*)::numeric, AVG(quantity) FROM orders;
SELECT SUM(total) / COUNT(*), SUM(total) / SUM(quantity), AVG(total) FROM orders;
SELECT status, COUNT(*) / SUM(COUNT(*)) OVER () FROM orders GROUP BY status ORDER BY status;
SELECT status, COUNT(*) * 100 / (SELECT COUNT(*) FROM orders) FROM orders GROUP BY status ORDER BY status;
SELECT status, ROUND(COUNT(*) * 100.0 / SUM(COUNT(*)) OVER (), 2) AS share FROM orders GROUP BY status ORDER BY share DESC, status;
SELECT SUM(CASE WHEN status = 'shipped' THEN 1 ELSE 0 END) * 100.0 / COUNT(*) FROM orders;
SELECT SUM(CASE WHEN status = 'shipped' THEN 1 ELSE 0 END)::float / COUNT(*) FROM orders;
SELECT COUNT(*) FILTER (WHERE status = 'shipped') / COUNT(*)::numeric FROM orders;
SELECT SUM(CASE WHEN status = 'open' THEN total ELSE 0 END) / SUM(total) FROM orders;
SELECT (SELECT SUM(total) FROM orders) / (SELECT COUNT(*) FROM people);
SELECT t.s / t.c FROM (SELECT SUM(total) AS s, COUNT(*) AS c FROM orders) t;
WITH t AS (SELECT person_id, SUM(total) AS s, SUM(quantity) AS q FROM orders GROUP BY person_id) SELECT person_id, s / NULLIF(q, 0) FROM t ORDER BY person_id;
SELECT MAX(total) / MIN(quantity + 1), COALESCE(total, 0) / 3 FROM orders GROUP BY total ORDER BY 1, 2;
SELECT -7 / 2, 7 / -2, -7 % 3, 7 % -3, MOD(7, 3), DIV(7, 2), DIV(-7, 2);
SELECT x % 2, MOD(x, 3), 5.5 % 2 FROM days ORDER BY d;
SELECT score / 2, SUM(score) OVER () / 2 FROM people ORDER BY id;
SELECT SUM(score) / 4, SUM(id) / 4 FROM people;
SELECT total / NULLIF(quantity, 0) FROM orders ORDER BY id;
SELECT 1 / 3.0, 10 / 4, 10.0 / 4, 2 / 3::float, CAST(1 AS decimal) / 3;
SELECT x / n FROM days ORDER BY n;
SELECT height * 100 / 3, salary / 3, salary / height FROM people ORDER BY id;

-- # numbers: rounding and functions
SELECT ROUND(x), ROUND(x, 1), ROUND(x, 2), TRUNC(x), TRUNC(x, 1), CEIL(x), FLOOR(x) FROM days ORDER BY d;
SELECT ROUND(AVG(total), 2), ROUND(AVG(total)::numeric, 1), ROUND(SUM(total) / 7, 3) FROM orders;
SELECT ROUND(1234.567, -2), ROUND(-2.5), ROUND(2.5), ROUND(0.125, 2);
SELECT ABS(x), SIGN(x), ABS(n) FROM days ORDER BY d;
SELECT POWER(2, 10), POWER(n, 2), 2 ^ 3, SQRT(16), CBRT(27), EXP(0), LN(1), LOG(100), LOG(2, 8), LOG10(1000) FROM days WHERE n = 2;
SELECT PI(), DEGREES(PI()), RADIANS(180), SIN(0), COS(0), TAN(0), ATAN2(1, 1);
SELECT GREATEST(1, NULL, 3), LEAST(NULL, 2, 1), GREATEST(n, 3), LEAST(x, n) FROM days ORDER BY d;
SELECT 3.7::int, 2.4::int, -3.7::int, CAST(x AS INTEGER), x::bigint FROM days WHERE n <> 2 AND n <> 3 OR n IS NULL ORDER BY d;
SELECT x::numeric(10, 1), x::decimal(12, 2), n::float, n::text, x::double precision FROM days ORDER BY d;
SELECT '12'::int + 1, '3.5'::numeric * 2, CAST('7' AS float), '42' || 1;
SELECT n + '3', n > '2' FROM days ORDER BY d;
SELECT SUM(total) + '1' FROM orders;
SELECT COUNT(*) > '3' FROM orders;
SELECT TO_NUMBER('1,234.50', '9,999.99');
SELECT CAST(SUM(quantity) AS FLOAT) / NULLIF(COUNT(DISTINCT status), 0) FROM orders;

-- # booleans
SELECT name FROM people WHERE active ORDER BY id;
SELECT name FROM people WHERE NOT active ORDER BY id;
SELECT name FROM people WHERE active = TRUE ORDER BY id;
SELECT name FROM people WHERE active IS TRUE OR active IS NULL ORDER BY id;
SELECT name FROM people WHERE active IS NOT TRUE ORDER BY id;
SELECT name FROM people WHERE active = 'true' ORDER BY id;
SELECT name FROM people WHERE active <> FALSE ORDER BY id;
SELECT active, COUNT(*) FROM people GROUP BY active ORDER BY active;
SELECT salary > 4000 AS rich, COUNT(*) FROM people GROUP BY rich ORDER BY rich;
SELECT BOOL_AND(active), BOOL_OR(active), EVERY(id > 0) FROM people;
SELECT city, BOOL_OR(active) FROM people GROUP BY city ORDER BY city;
SELECT SUM(active::int), COUNT(*) FILTER (WHERE active), AVG(CASE WHEN active THEN 1.0 ELSE 0 END) FROM people;
SELECT active::text, (id > 3)::int FROM people ORDER BY id;
SELECT NULL::boolean, TRUE AND NULL, FALSE OR NULL, NOT NULL::boolean;

-- # texts: patterns
SELECT id FROM texts WHERE s LIKE 'alpha%' ORDER BY id;
SELECT id FROM texts WHERE s LIKE '%lph_' ORDER BY id;
SELECT id FROM texts WHERE s LIKE 'A%' ORDER BY id;
SELECT id FROM texts WHERE s NOT LIKE 'A%' ORDER BY id;
SELECT id FROM texts WHERE s ILIKE 'a%' ORDER BY id;
SELECT id FROM texts WHERE s NOT ILIKE '%A%' ORDER BY id;
SELECT id FROM texts WHERE s ILIKE 'ÜN%' ORDER BY id;
SELECT id FROM texts WHERE t LIKE '100\%' ORDER BY id;
SELECT id FROM texts WHERE t LIKE 'x\_y' ORDER BY id;
SELECT id FROM texts WHERE t LIKE 'x!_y' ESCAPE '!' ORDER BY id;
SELECT id FROM texts WHERE s LIKE 'a*b?c[d]' OR s LIKE 'a*%[%' ORDER BY id;
SELECT id FROM texts WHERE LOWER(s) LIKE '%alpha%' ORDER BY id;
SELECT id FROM texts WHERE s LIKE '' OR s LIKE '%''s' ORDER BY id;
SELECT id FROM texts WHERE s LIKE CONCAT('al', '%') ORDER BY id;
SELECT a.id, b.id FROM texts a JOIN texts b ON a.s ILIKE b.s || '%' WHERE b.s <> '' ORDER BY a.id, b.id;
SELECT id FROM texts WHERE s ~ '^[A-Z]' ORDER BY id;
SELECT id FROM texts WHERE s ~* '^alpha' ORDER BY id;
SELECT id FROM texts WHERE s !~ '[aeiou]' ORDER BY id;
SELECT id FROM texts WHERE t ~ '^[[:digit:]]+$' OR t ~ '^\d{4}-\d{2}' ORDER BY id;
SELECT id FROM texts WHERE s SIMILAR TO '(a|A)lpha%' ORDER BY id;
SELECT id FROM texts WHERE STARTS_WITH(s, 'al') ORDER BY id;
SELECT name FROM people WHERE city = 'Berlin' OR LOWER(city) = 'hamburg' ORDER BY id;

-- # texts: functions
SELECT UPPER(s), LOWER(s), INITCAP(s), LENGTH(s), CHAR_LENGTH(t) FROM texts WHERE id <> 6 ORDER BY id;
SELECT INITCAP(s), LENGTH(s), REVERSE(s) FROM texts ORDER BY id;
SELECT LEFT(s, 3), RIGHT(s, 3), LEFT(s, -2), RIGHT(s, -2), LEFT(s, 0), RIGHT(s, 0), LEFT(s, 100), RIGHT(s, 100) FROM texts ORDER BY id;
SELECT LEFT(s, LENGTH(s) - 1), RIGHT(t, id) FROM texts WHERE LENGTH(s) > 0 ORDER BY id;
SELECT SUBSTRING(s, 2), SUBSTRING(s, 2, 3), SUBSTR(s, 1, 2), SUBSTRING(s FROM 3 FOR 2), SUBSTRING(s FROM 0 FOR 3) FROM texts ORDER BY id;
SELECT SUBSTRING(t FROM '[0-9]+'), SUBSTRING(t FROM '([a-z])-') FROM texts ORDER BY id;
SELECT SPLIT_PART(t, '-', 1), SPLIT_PART(t, '-', 2), SPLIT_PART(t, '-', 9), SPLIT_PART(t, '-', -1), SPLIT_PART(s, ' ', 1) FROM texts ORDER BY id;
SELECT TRIM(s), LTRIM(s), RTRIM(s), BTRIM(t, '-0'), TRIM(BOTH 'a' FROM s), TRIM(LEADING '0' FROM t), TRIM(TRAILING 'c' FROM t) FROM texts ORDER BY id;
SELECT LPAD(t, 5, '0'), RPAD(t, 5, 'xy'), LPAD(t, 2), RPAD(t, 6), LPAD(id::text, 3, '0') FROM texts ORDER BY id;
SELECT CONCAT(s, '-', t), CONCAT(s, NULL, id), s || t, s || '/' || id FROM texts ORDER BY id;
SELECT CONCAT_WS('; ', s, t), CONCAT_WS('-', NULL, t, NULL, id) FROM texts ORDER BY id;
SELECT REPLACE(s, 'a', 'o'), TRANSLATE(s, 'abc', 'xy'), REPEAT(t, 2) FROM texts ORDER BY id;
SELECT POSITION('a' IN s), STRPOS(s, 'ph'), STRPOS(s, 'zz') FROM texts ORDER BY id;
SELECT REGEXP_REPLACE(t, '[0-9]', '#'), REGEXP_REPLACE(t, '[0-9]', '#', 'g'), REGEXP_REPLACE(t, '(\w)-(\w)', '\2+\1') FROM texts ORDER BY id;
SELECT ASCII('A'), CHR(66), ASCII(t) FROM texts ORDER BY id;
SELECT COALESCE(s, 'none'), NULLIF(s, ''), COALESCE(NULLIF(TRIM(s), ''), t) FROM texts ORDER BY id;
SELECT id FROM texts WHERE LENGTH(TRIM(s)) = 0 OR s IS NULL ORDER BY id;
SELECT SPLIT_PART(name, ' ', 1) AS first, COUNT(*) FROM people GROUP BY first ORDER BY first;
SELECT s::varchar(3), CAST(t AS CHAR(2)) FROM texts WHERE LENGTH(t) > 1 ORDER BY id;
SELECT E'it\'s', $$dollar 'quoted'$$, 'a' || CHR(10) || 'b';
SELECT name, CASE WHEN name LIKE '%a%' THEN 'a' WHEN name ILIKE '%a%' THEN 'A' ELSE '-' END FROM people ORDER BY id;

-- # totals
SELECT COUNT(*), COUNT(total), COUNT(DISTINCT status), SUM(DISTINCT quantity), AVG(DISTINCT quantity) FROM orders;
SELECT MIN(total), MAX(total), MIN(status), MAX(ordered_on) FROM orders;
SELECT SUM(x), AVG(x), MIN(d), COUNT(*), COUNT(s), MAX(at) FROM hollow;
SELECT s, SUM(x) FROM hollow GROUP BY s;
SELECT SUM(total) FROM orders WHERE status = 'none';
SELECT STDDEV(total), STDDEV_SAMP(quantity), STDDEV_POP(total), VARIANCE(quantity), VAR_POP(total), VAR_SAMP(x) FROM orders, (SELECT MAX(x) AS x FROM days) v;
SELECT status, STDDEV(quantity), VAR_POP(quantity) FROM orders GROUP BY status ORDER BY status;
SELECT CORR(total, quantity), COVAR_POP(total, quantity), COVAR_SAMP(total, quantity) FROM orders;
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY total) FROM orders;
SELECT PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY total DESC), PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY total) FROM orders;
SELECT status, PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY quantity) AS p FROM orders GROUP BY status ORDER BY status;
SELECT PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY status), PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY ordered_on) FROM orders;
SELECT MODE() WITHIN GROUP (ORDER BY status), MODE() WITHIN GROUP (ORDER BY person_id) FROM orders;
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x) FROM hollow;
SELECT STRING_AGG(name, ', ' ORDER BY name) FROM people;
SELECT STRING_AGG(name, ', ' ORDER BY salary DESC, name) FROM people;
SELECT STRING_AGG(name, ', ' ORDER BY salary DESC NULLS LAST) FROM people;
SELECT STRING_AGG(DISTINCT status, '/' ORDER BY status) FROM orders;
SELECT STRING_AGG(DISTINCT LOWER(status), ', ') FROM orders;
SELECT person_id, STRING_AGG(status, '+' ORDER BY id) FROM orders GROUP BY person_id ORDER BY person_id;
SELECT STRING_AGG(quantity::text, ',' ORDER BY quantity) FROM orders;
SELECT STRING_AGG(s, ',') FROM hollow;
SELECT ARRAY_AGG(quantity ORDER BY quantity) FROM orders;
SELECT status, ARRAY_AGG(id ORDER BY id DESC) FROM orders GROUP BY status ORDER BY status;
SELECT ARRAY_AGG(DISTINCT status ORDER BY status) FROM orders;
SELECT ARRAY_LENGTH(ARRAY_AGG(id), 1), CARDINALITY(ARRAY_AGG(id)) FROM orders;
SELECT (ARRAY_AGG(status ORDER BY ordered_on DESC))[1] FROM orders WHERE status IS NOT NULL;
SELECT ARRAY_TO_STRING(ARRAY_AGG(product ORDER BY product), ', ') FROM lines;
SELECT COUNT(*) FILTER (WHERE total > 50), SUM(total) FILTER (WHERE status = 'shipped'), AVG(quantity) FILTER (WHERE quantity > 100) FROM orders;
SELECT COUNT(DISTINCT (person_id, status)) FROM orders;
SELECT MAX(c) FROM (SELECT COUNT(*) AS c FROM orders GROUP BY person_id) t;
SELECT AVG(count) FROM (SELECT COUNT(*) FROM orders GROUP BY person_id) t;
SELECT AVG(c.total) FROM (SELECT person_id, SUM(total) AS total FROM orders GROUP BY person_id) c;

-- # groups
SELECT p.id, p.name, COUNT(o.id) FROM people p LEFT JOIN orders o ON o.person_id = p.id GROUP BY p.id ORDER BY p.id;
SELECT p.name, p.city, SUM(o.total) AS spent FROM people p JOIN orders o ON o.person_id = p.id GROUP BY p.id ORDER BY spent DESC, p.name;
SELECT p.id, p.name, p.city, COUNT(*) FROM people p GROUP BY p.id HAVING COUNT(*) > 0 ORDER BY p.name;
SELECT order_id, line_no, product, SUM(amount) FROM lines GROUP BY order_id, line_no ORDER BY 1, 2;
SELECT status AS s, COUNT(*) AS n FROM orders GROUP BY s HAVING COUNT(*) > 1 ORDER BY n DESC, s;
SELECT UPPER(status), COUNT(*) FROM orders GROUP BY UPPER(status) ORDER BY 1;
SELECT UPPER(status) || '!' AS loud, COUNT(*) FROM orders GROUP BY UPPER(status) ORDER BY 1;
SELECT status, quantity > 3 AS many, COUNT(*) FROM orders GROUP BY 1, 2 ORDER BY 1, 2;
SELECT CASE WHEN total > 100 THEN 'big' WHEN total > 20 THEN 'mid' ELSE 'small' END AS size, COUNT(*), AVG(total) FROM orders GROUP BY size ORDER BY size;
SELECT status FROM orders GROUP BY status HAVING SUM(total) > (SELECT AVG(total) FROM orders) ORDER BY status;
SELECT city FROM people GROUP BY city ORDER BY COUNT(*) DESC, MAX(salary) DESC;
SELECT DISTINCT status FROM orders ORDER BY status;
SELECT DISTINCT person_id, status FROM orders ORDER BY person_id, status;

-- # order and limits
SELECT id, total FROM orders ORDER BY total, id;
SELECT id, total FROM orders ORDER BY total DESC, id;
SELECT id, total FROM orders ORDER BY total DESC NULLS LAST, id LIMIT 3;
SELECT id, total FROM orders ORDER BY total NULLS FIRST, id LIMIT 3;
SELECT name FROM people ORDER BY city DESC, name LIMIT 2 OFFSET 1;
SELECT name FROM people ORDER BY id OFFSET 4;
SELECT name FROM people ORDER BY id FETCH FIRST 2 ROWS ONLY;
SELECT name FROM people ORDER BY id LIMIT ALL;
SELECT name AS n, salary * 12 AS yearly FROM people ORDER BY yearly DESC NULLS LAST, n;
SELECT name FROM people ORDER BY LENGTH(name), name;
SELECT name FROM people ORDER BY CASE WHEN city = 'Paris' THEN 0 ELSE 1 END, id;
SELECT DISTINCT ON (person_id) person_id, ordered_on, total FROM orders ORDER BY person_id, ordered_on DESC;
SELECT DISTINCT ON (status) status, id FROM orders ORDER BY status, total DESC NULLS LAST, id;
SELECT id FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY total DESC) AS r FROM orders WHERE total IS NOT NULL) t WHERE r <= 2 ORDER BY r;

-- # windows
SELECT id, ROW_NUMBER() OVER (ORDER BY total DESC, id), RANK() OVER (ORDER BY status), DENSE_RANK() OVER (ORDER BY status DESC) FROM orders ORDER BY id;
SELECT id, SUM(total) OVER (ORDER BY id), SUM(total) OVER (PARTITION BY status ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM orders ORDER BY id;
SELECT id, AVG(quantity) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), COUNT(*) OVER () FROM orders ORDER BY id;
SELECT id, LAG(total) OVER (ORDER BY id), LEAD(total, 2, 0) OVER (ORDER BY id), total - LAG(total) OVER (ORDER BY id) FROM orders ORDER BY id;
SELECT id, FIRST_VALUE(id) OVER w, LAST_VALUE(id) OVER (PARTITION BY status ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), NTH_VALUE(id, 2) OVER w FROM orders WINDOW w AS (PARTITION BY status ORDER BY id) ORDER BY id;
SELECT id, NTILE(3) OVER (ORDER BY id), PERCENT_RANK() OVER (ORDER BY quantity), CUME_DIST() OVER (ORDER BY quantity) FROM orders ORDER BY id;
SELECT month, total, SUM(total) OVER (ORDER BY month) AS running FROM (SELECT DATE_TRUNC('month', ordered_on) AS month, SUM(total) AS total FROM orders GROUP BY 1) m ORDER BY month;
SELECT month, (total - LAG(total) OVER (ORDER BY month)) / NULLIF(LAG(total) OVER (ORDER BY month), 0) AS growth FROM (SELECT DATE_TRUNC('month', ordered_on) AS month, SUM(total) AS total FROM orders GROUP BY 1) m ORDER BY month;
SELECT status, SUM(total), RANK() OVER (ORDER BY SUM(total) DESC) FROM orders GROUP BY status ORDER BY status;
SELECT id, COUNT(*) FILTER (WHERE total > 50) OVER (ORDER BY id) FROM orders ORDER BY id;
SELECT id, MAX(ordered_on) OVER (PARTITION BY person_id) - ordered_on FROM orders ORDER BY id;
SELECT id, STDDEV_POP(quantity) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM orders ORDER BY id;
SELECT id, STRING_AGG(status, ',') OVER (ORDER BY id) FROM orders ORDER BY id;

-- # subqueries and lists
SELECT id FROM orders WHERE status = ANY(ARRAY['open', 'returned']) ORDER BY id;
SELECT id FROM orders WHERE status <> ALL(ARRAY['open', 'returned']) ORDER BY id;
SELECT id FROM orders WHERE quantity > ANY(ARRAY[5, 9]) ORDER BY id;
SELECT id FROM orders WHERE person_id = ANY(SELECT id FROM people WHERE active) ORDER BY id;
SELECT id FROM orders WHERE total >= ALL(SELECT total FROM orders WHERE total IS NOT NULL) ORDER BY id;
SELECT id FROM orders WHERE total > ANY(SELECT total FROM orders WHERE status = 'open') ORDER BY id;
SELECT id FROM orders WHERE total > ALL(SELECT x FROM hollow) ORDER BY id;
SELECT id FROM orders WHERE total < ANY(SELECT x FROM hollow) ORDER BY id;
SELECT status FROM orders GROUP BY status HAVING COUNT(*) >= ALL(SELECT COUNT(*) FROM orders GROUP BY status);
SELECT id FROM orders WHERE (person_id, status) IN ((1, 'shipped'), (2, 'open')) ORDER BY id;
SELECT id FROM orders WHERE person_id NOT IN (SELECT id FROM people WHERE active) ORDER BY id;
SELECT name FROM people p WHERE EXISTS (SELECT 1 FROM orders WHERE person_id = p.id AND total > 100) ORDER BY id;
SELECT name FROM people WHERE EXISTS (SELECT 1 FROM people AS boss WHERE boss.id = people.manager_id) ORDER BY id;
SELECT id FROM orders WHERE total > (SELECT AVG(o.total) FROM orders o WHERE o.status = orders.status) ORDER BY id;
SELECT name, (SELECT COUNT(*) FROM orders o WHERE o.person_id = p.id) AS n FROM people p ORDER BY n DESC, name;
SELECT name, (SELECT MAX(ordered_on) FROM orders o WHERE o.person_id = p.id) - p.born FROM people p ORDER BY id;
SELECT v.k, v.label FROM (VALUES (1, 'one'), (2, 'two'), (3, NULL)) AS v(k, label) ORDER BY v.k;
SELECT o.id, v.label FROM orders o JOIN (VALUES ('open', 'still here'), ('shipped', 'gone')) v(status, label) ON v.status = o.status ORDER BY o.id;
SELECT t.a, t.b FROM (SELECT id, name FROM people) AS t(a, b) ORDER BY t.a;
WITH v(k, label) AS (VALUES (1, 'one'), (2, 'two')) SELECT * FROM v ORDER BY k;
WITH a AS (SELECT id FROM people WHERE active), b AS (SELECT id FROM a WHERE id > 1) SELECT * FROM b ORDER BY id;
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n, n * n FROM r ORDER BY n;
WITH RECURSIVE boss AS (SELECT id, manager_id, 0 AS depth FROM people WHERE manager_id IS NULL AND id = 1 UNION ALL SELECT p.id, p.manager_id, depth + 1 FROM people p JOIN boss b ON p.manager_id = b.id) SELECT id, depth FROM boss ORDER BY depth, id;
SELECT city FROM people UNION SELECT status FROM orders ORDER BY city;
SELECT id FROM people UNION ALL SELECT person_id FROM orders ORDER BY id;
SELECT id FROM people INTERSECT SELECT person_id FROM orders ORDER BY id;
SELECT id FROM people EXCEPT SELECT person_id FROM orders ORDER BY id;
(SELECT name FROM people ORDER BY id LIMIT 1) UNION ALL (SELECT name FROM people ORDER BY id DESC LIMIT 1) ORDER BY name;
SELECT COUNT(*) FROM (SELECT id FROM people UNION SELECT person_id FROM orders) u;

-- # series
SELECT * FROM generate_series(1, 5) AS n ORDER BY n;
SELECT g.n * 2 FROM generate_series(1, 10, 3) AS g(n) ORDER BY g.n;
SELECT n FROM generate_series(5, 1, -2) AS g(n) ORDER BY n;
SELECT m::date FROM generate_series(DATE '2024-01-01', DATE '2024-06-01', INTERVAL '1 month') AS m ORDER BY m;
SELECT g.m::date, COUNT(o.id) FROM generate_series('2024-01-01'::date, '2024-06-01'::date, '1 month'::interval) AS g(m) LEFT JOIN orders o ON DATE_TRUNC('month', o.ordered_on) = g.m GROUP BY g.m ORDER BY g.m;
SELECT d::date FROM generate_series(CURRENT_DATE - INTERVAL '3 days', CURRENT_DATE, INTERVAL '1 day') d ORDER BY d;
SELECT x::date FROM generate_series((SELECT MIN(d) FROM days WHERE d > '2023-12-01'), '2024-01-03', INTERVAL '1 day') AS x ORDER BY x;
SELECT n FROM generate_series(3, 1) AS n;

-- # joins
SELECT p.name, o.id FROM people p LEFT JOIN orders o ON p.id = o.person_id AND o.status = 'open' ORDER BY p.name, o.id;
SELECT p.name, o.id FROM people p RIGHT JOIN orders o ON p.id = o.person_id ORDER BY o.id;
SELECT p.name, o.id FROM people p FULL JOIN orders o ON p.id = o.person_id ORDER BY p.name, o.id;
SELECT o.id, l.product FROM orders o, lines l WHERE o.id = l.order_id ORDER BY o.id, l.line_no;
SELECT a.name, b.name FROM people a JOIN people b ON a.manager_id = b.id ORDER BY a.id;
SELECT order_id, product, total FROM lines JOIN orders ON lines.order_id = orders.id ORDER BY order_id, line_no;
SELECT id, a.total, b.total FROM orders a JOIN orders b USING (id) ORDER BY id;
SELECT p.name, SUM(l.price * l.amount) AS revenue FROM people p JOIN orders o ON o.person_id = p.id JOIN lines l ON l.order_id = o.id GROUP BY p.name ORDER BY revenue DESC NULLS LAST;
SELECT p.name, m.total FROM people p CROSS JOIN (SELECT SUM(total) AS total FROM orders) m ORDER BY p.id;
SELECT people.name FROM public.people WHERE people.id = 1;
SELECT id, COUNT(*) FROM orders a JOIN (SELECT order_id AS id FROM lines) l USING (id) GROUP BY a.id ORDER BY a.id;
SELECT CASE WHEN n > 3 THEN d ELSE at END > '2024-01-01', COALESCE(at, d) = GREATEST(d, at) FROM days ORDER BY d;
SELECT COALESCE(shipped_at, ordered_on) AS done FROM orders ORDER BY done, id;

-- # unions in order
SELECT id FROM people WHERE id < 3 UNION SELECT id FROM people WHERE id > 3 INTERSECT SELECT id FROM people WHERE id > 4 ORDER BY id;
SELECT id FROM people EXCEPT SELECT person_id FROM orders UNION ALL SELECT id FROM people WHERE id = 1 ORDER BY id;
SELECT id FROM people INTERSECT SELECT person_id FROM orders UNION SELECT 99 ORDER BY id;
SELECT id FROM people EXCEPT (SELECT person_id FROM orders EXCEPT SELECT 1) ORDER BY id;
SELECT DISTINCT ON (o.person_id) o.id, p.id, 1 AS nth FROM orders o JOIN people p ON p.id = o.person_id ORDER BY o.person_id, o.id DESC;
SELECT DISTINCT ON (DATE_TRUNC('month', ordered_on)) id, DATE_TRUNC('month', ordered_on) AS month FROM orders ORDER BY DATE_TRUNC('month', ordered_on), total DESC NULLS LAST;
SELECT DISTINCT ON (status) * FROM orders ORDER BY status, id LIMIT 2;
