SELECT * FROM customers
SELECT name, home_town FROM customers
SELECT DISTINCT home_town FROM customers;
 SELECT COUNT(*) FROM orders
SELECT c.name FROM customers AS c
SELECT c.name, o.amount FROM customers c JOIN orders o ON c.id = o.customer_id
SELECT customers.name FROM customers
SELECT o.*, c.name FROM orders o INNER JOIN customers c ON o.customer_id = c.id
SELECT name FROM customers LEFT JOIN orders ON customers.id = orders.customer_id WHERE orders.id IS NULL
SELECT name FROM customers c LEFT OUTER JOIN orders o ON o.customer_id = c.id
SELECT name FROM customers RIGHT JOIN orders USING (id)
SELECT name FROM customers FULL JOIN orders USING (id, name) WHERE amount > 1
SELECT name FROM customers CROSS JOIN orders
SELECT name FROM customers NATURAL JOIN orders
SELECT name, amount FROM customers, orders WHERE customers.id = customer_id
SELECT m.salary FROM staff m JOIN staff e ON e.boss_id = m.id
SELECT e1.salary FROM staff e1 JOIN staff AS e2 ON e1.boss_id = e2.id
SELECT boss.salary FROM staff AS boss JOIN staff s ON s.boss_id = boss.id
SELECT T1.name FROM customers AS T1 JOIN orders AS T2 ON T1.id = T2.customer_id
SELECT a.name, b.name FROM customers a JOIN customers b ON a.id < b.id
SELECT COUNT(DISTINCT home_town) FROM customers
SELECT home_town, COUNT(*) AS n FROM customers GROUP BY home_town HAVING COUNT(*) > 2 ORDER BY n DESC LIMIT 3
SELECT home_town AS town, COUNT(*) FROM customers GROUP BY town ORDER BY 2 DESC NULLS LAST, town ASC
SELECT SUM(amount) AS "Total Sales" FROM orders ORDER BY "Total Sales"
SELECT name FROM customers ORDER BY LOWER(name) LIMIT 10 OFFSET 20
SELECT name FROM customers FETCH FIRST 5 ROWS ONLY
SELECT name FROM customers WHERE name LIKE 'A%' AND NOT home_town ILIKE '%o''brien%' OR id <> 3
SELECT name FROM customers WHERE name NOT LIKE 'A%' AND (id = 1 OR id != 2) AND id NOT IN (3, 4)
SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE amount >= 10.5)
SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)
SELECT name FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)
SELECT name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)
SELECT amount FROM orders WHERE amount > (SELECT AVG(amount) FROM orders)
SELECT amount FROM orders WHERE amount BETWEEN 1 AND 5 AND amount NOT BETWEEN 2 AND 3
SELECT amount FROM orders WHERE amount IS NOT NULL AND amount IS DISTINCT FROM 3
SELECT amount * 1.2 + 1 - id / 2 % 3 FROM orders
SELECT amount*2, -amount, amount-1, (amount + 1) * -2 FROM orders WHERE amount>3 AND id=4
SELECT name || ', ' || home_town FROM customers
SELECT CASE WHEN amount > 10 THEN 'big' WHEN amount > 5 THEN 'so' ELSE 'small' END AS size FROM orders
SELECT CASE home_town WHEN 'Oslo' THEN 1 END FROM customers
SELECT SUM(CASE WHEN amount > 10 THEN 1 ELSE 0 END) * 100.0 / COUNT(*) FROM orders
SELECT COUNT(*) FILTER (WHERE amount > 10) FROM orders
SELECT CAST(COUNT(*) AS FLOAT) / NULLIF(COUNT(DISTINCT "user"), 0) FROM orders
SELECT amount::NUMERIC(10, 2), COUNT(*)::float FROM orders GROUP BY amount
SELECT ROUND(AVG(amount), 2), COALESCE(MAX(amount), 0) FROM orders
SELECT DATE_TRUNC('month', placedAt) AS month, SUM(amount) FROM orders GROUP BY month ORDER BY month
SELECT EXTRACT(YEAR FROM placedAt), DATE_PART('dow', placedAt) FROM orders
SELECT TO_CHAR(placedAt, 'YYYY-MM') FROM orders WHERE placedAt >= CURRENT_DATE - INTERVAL '30 days'
SELECT amount FROM orders WHERE placedAt < NOW() - INTERVAL '1 month' AND placedAt > DATE '2024-01-31'
SELECT amount FROM orders WHERE placedAt BETWEEN '2024-01-01' AND TIMESTAMP '2024-12-31 23:59:59'
SELECT SUBSTRING(name FROM 1 FOR 3), SUBSTRING(name, 2), TRIM(BOTH ' ' FROM name) FROM customers
SELECT POSITION('a' IN name), STRING_AGG(DISTINCT name, ', ' ORDER BY name) FROM customers
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount) FROM orders
SELECT name, RANK() OVER (PARTITION BY home_town ORDER BY id DESC) AS place FROM customers
SELECT SUM(amount) OVER (ORDER BY placedAt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM orders
SELECT LAG(amount, 1) OVER (ORDER BY id), COUNT(*) OVER () FROM orders
SELECT DISTINCT ON (home_town) home_town, name FROM customers ORDER BY home_town, id
SELECT name FROM customers UNION ALL SELECT "user" FROM orders ORDER BY 1
SELECT id FROM customers EXCEPT SELECT customer_id FROM orders INTERSECT SELECT id FROM staff
(SELECT id FROM customers) UNION (SELECT id FROM staff ORDER BY id LIMIT 1)
SELECT AVG(order_count) FROM (SELECT customer_id, COUNT(*) AS order_count FROM orders GROUP BY customer_id) AS sub
SELECT sub.total_amount, name FROM customers JOIN (SELECT customer_id, SUM(amount) AS total_amount FROM orders GROUP BY 1) sub ON sub.customer_id = customers.id WHERE total_amount > 3
SELECT x.name FROM (SELECT name, RANK() OVER (ORDER BY id) AS place FROM customers) x WHERE x.place = 1
WITH big AS (SELECT customer_id, SUM(amount) AS paid FROM orders GROUP BY customer_id) SELECT paid FROM big WHERE big.paid > 3
WITH a AS (SELECT id FROM staff), b (n) AS (SELECT id FROM a) SELECT n FROM a JOIN b ON a.id = b.n
WITH RECURSIVE up AS (SELECT id, boss_id FROM staff UNION ALL SELECT s.id, s.boss_id FROM staff s JOIN up ON s.id = up.boss_id) SELECT COUNT(*) FROM up
SELECT (SELECT COUNT(*) FROM customers) - (SELECT COUNT(*) FROM staff) AS more
SELECT day FROM GENERATE_SERIES(1, 12) AS d(day)
SELECT "Order Note", o."user", "placedAt" FROM orders o WHERE "user" = 'x'
SELECT g."größe", "the ""best""" FROM "Group Sizes" g
SELECT "Group Sizes"."größe" FROM "Group Sizes"
SELECT v.day FROM web.visits v
SELECT NAME, PlacedAt FROM CUSTOMERS, Orders
select count(*), sum(amount) as total from orders o where o.amount > 3 group by customer_id order by total desc
SELECT\n  c.name,\n  COUNT(*) AS n\nFROM customers c\n  JOIN orders o\n    ON o.customer_id = c.id\nWHERE (\n  o.amount > 1\n)\nGROUP BY\n  c.name\n
I do not know
I do not know.
