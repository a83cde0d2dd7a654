CREATE TABLE people (
    id INTEGER PRIMARY KEY, name TEXT, city TEXT, born DATE, joined TIMESTAMP, active BOOLEAN,
    height DOUBLE PRECISION, salary DECIMAL(10, 2), manager_id INTEGER, score BIGINT
);
INSERT INTO people VALUES
    (1, 'Anna Berg', 'Berlin', '1990-02-28', '2020-01-31 08:15:00', TRUE, 1.68, 5200.00, NULL, 10),
    (2, 'bob stone', 'Hamburg', '1985-12-31', '2021-03-01 00:00:00', TRUE, 1.82, 4100.50, 1, 7),
    (3, 'Carla d''Arc', 'berlin', '2000-02-29', '2022-06-15 13:45:30', FALSE, 1.74, 3900.00, 1, 3),
    (4, 'Dmitri', NULL, '1972-07-04', '2023-12-31 23:59:59', TRUE, NULL, NULL, 2, NULL),
    (5, 'ELSA', 'Köln', NULL, NULL, NULL, 1.60, 6100.25, 2, 7),
    (6, 'Félix Ö', 'Paris', '1999-11-30', '2024-02-29 12:00:00', FALSE, 1.91, 100.00, 3, -4);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES people (id), ordered_on DATE,
    shipped_at TIMESTAMP, status TEXT, total DECIMAL(10, 2), quantity INTEGER, discount DOUBLE PRECISION
);
INSERT INTO orders VALUES
    (10, 1, '2024-01-31', '2024-02-02 10:30:00', 'shipped', 100.00, 3, 0.1),
    (11, 1, '2024-02-29', '2024-03-01 00:00:00', 'shipped', 55.50, 2, 0),
    (12, 2, '2024-06-08', '2024-06-10 18:20:15', 'open', 200.00, 7, 0.25),
    (13, 2, '2024-06-14', NULL, 'open', 75.25, 1, NULL),
    (14, 3, '2023-12-31', '2024-01-02 09:00:00', 'returned', 10.00, 5, 0.5),
    (15, 3, '2023-06-15', '2023-06-15 23:59:59', 'shipped', 0.00, 0, 0),
    (16, 4, '2024-05-27', '2024-06-01 06:45:00', 'Shipped', 333.33, 10, 0.05),
    (17, NULL, '2024-06-15', NULL, NULL, NULL, NULL, NULL),
    (18, 6, '2024-03-31', '2024-04-01 00:00:01', 'shipped', 19.99, 4, 0.1);

CREATE TABLE lines (
    order_id INTEGER, line_no INTEGER, product TEXT, price DECIMAL(8, 2), amount INTEGER,
    PRIMARY KEY (order_id, line_no)
);
INSERT INTO lines VALUES
    (10, 1, 'tea', 4.50, 2), (10, 2, 'cup', 9.00, 1), (11, 1, 'tea', 4.50, 10),
    (12, 1, 'pot', 30.00, 4), (12, 2, 'cup', 9.50, 8), (14, 1, 'tea', 5.00, 2),
    (16, 1, 'jar', 11.11, 30), (18, 1, 'cup', NULL, 2);

CREATE TABLE days (d DATE, "at" TIMESTAMP, n INTEGER, x DECIMAL(12, 4));
INSERT INTO days VALUES
    ('2024-01-01', '2024-01-01 00:00:00', 1, 0.5),
    ('2024-01-31', '2024-01-31 23:59:59', 2, 2.5),
    ('2024-02-29', '2024-02-29 06:30:15', 3, -2.5),
    ('2023-02-28', '2023-02-28 12:00:00', -4, 1.2345),
    ('2023-12-31', '2023-12-31 18:45:59', 5, 1000000.4321),
    ('2024-12-30', '2024-12-30 00:00:01', 6, -7.25),
    ('2021-01-03', '2021-01-03 09:08:07', 7, 0),
    ('2000-10-15', '2000-10-15 10:15:30', 8, 99.995),
    (NULL, NULL, NULL, NULL);

CREATE TABLE texts (id INTEGER PRIMARY KEY, s TEXT, t TEXT);
INSERT INTO texts VALUES
    (1, 'Alpha Beta', 'a-b-c'), (2, 'alpha', 'one'), (3, '', '--'), (4, NULL, 'x_y'),
    (5, '  padded ', '100%'), (6, 'ünïcode', 'ä-ö-ü'), (7, '12.50', '007'), (8, 'ALPHA', '2024-02-30'),
    (9, 'a*b?c[d]', 'tab'), (10, 'it''s', 'A1B2');

CREATE TABLE hollow (id INTEGER PRIMARY KEY, x DECIMAL(10, 2), d DATE, "at" TIMESTAMP, s TEXT);

CREATE TABLE codes (id INTEGER PRIMARY KEY, code TEXT, opened_on TEXT, closed_at TEXT);
INSERT INTO codes VALUES
    (1, '2.5', '2024-06-01', '2024-06-03 10:00:00'), (2, '2', '2024-05-30', '2024-05-30 12:00:00'),
    (3, ' 15', '2024-02-29', NULL), (4, 'one', NULL, NULL), (5, NULL, '2023-12-31', NULL);
