|DROP TABLE customers
|DELETE FROM customers
S|ure
SELECT nm|ae FROM customers
SELECT name FROM cust|umers
SELECT c.name FROM customers c JOIN orders o ON c.id = o.customer|id
SELECT c.a|mount FROM customers c
SELECT customers.a|mount FROM customers
SELECT o.s|alary FROM orders o
SELECT name, to|wn FROM customers
SELECT SUM(total|) FROM orders
SELECT name FROM customers WHERE nam| = 3
SELECT us|er FROM orders
SELECT Order| Note FROM orders
SELECT "order| note" FROM orders
SELECT day FROM |visits
SELECT pg|_sleep(1)
SELECT lo|ad_extension('x')
SELECT name FROM customers WHERE name = "|Bob"
SELECT name FROM customers;| SELECT
SELECT name FROM customers |-- x
SELECT amount -|-1 FROM orders
SELECT name /|* x */ FROM customers
SELECT name IN|TO t FROM customers
SELECT name FROM customers FOR| UPDATE
SELECT AVG(total_amount) FROM orders|
SELECT id, COUNT(*) AS n FROM orders GROUP BY no_such |+ 1
SELECT id, COUNT(*) FROM orders GROUP BY no|_such
SELECT name FROM customers ORDER BY na|ems
SELECT RANK() |FROM orders
SELECT name|FROM customers
