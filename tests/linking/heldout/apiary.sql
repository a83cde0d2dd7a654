CREATE TABLE apiaries (apiary_id INTEGER PRIMARY KEY, place TEXT, altitude_m INTEGER);
CREATE TABLE hives (hive_id INTEGER PRIMARY KEY, label TEXT, apiary_id INTEGER REFERENCES apiaries(apiary_id), breed TEXT, queen_year INTEGER, frames INTEGER);
CREATE TABLE harvests (harvest_id INTEGER PRIMARY KEY, hive_id INTEGER REFERENCES hives(hive_id), taken_on TEXT, kilos REAL, flavour TEXT);
INSERT INTO apiaries VALUES
  (1, 'Old Orchard', 210),
  (2, 'Moor Edge', 430),
  (3, 'Mill Lane', 95);
INSERT INTO hives VALUES
  (1, 'Hive Amber', 1, 'Buckfast', 2023, 9),
  (2, 'Hive Birch', 1, 'Buckfast', 2022, 10),
  (3, 'Hive Cedar', 1, 'Buckfast', 2021, 11),
  (4, 'Hive Daisy', 2, 'Buckfast', 2018, 12),
  (5, 'Hive Elder', 1, 'Buckfast', 2021, 13),
  (6, 'Hive Fern', 3, 'Black', 2021, 14),
  (7, 'Hive Gorse', 1, 'Carniolan', 2020, 15),
  (8, 'Hive Hazel', 2, 'Buckfast', 2021, 16),
  (9, 'Hive Iris', 1, 'Black', 2021, 17);
INSERT INTO harvests VALUES
  (1, 2, '2022-10-08', 3.9, 'heather'),
  (2, 2, '2022-05-23', 22.1, 'lime'),
  (3, 5, '2022-10-04', 25.6, 'lime'),
  (4, 4, '2022-10-08', 4.4, 'lime'),
  (5, 5, '2022-12-21', 11.4, 'bramble'),
  (6, 3, '2023-09-27', 13.8, 'clover'),
  (7, 7, '2021-12-05', 27.9, 'bramble'),
  (8, 6, '2022-02-20', 4.3, 'clover'),
  (9, 7, '2022-03-27', 5.0, 'lime'),
  (10, 1, '2023-11-24', 13.1, 'bramble'),
  (11, 9, '2021-11-06', 5.9, 'bramble'),
  (12, 9, '2023-01-03', 17.3, 'heather'),
  (13, 2, '2023-05-21', 5.1, 'lime'),
  (14, 1, '2021-04-08', 15.8, 'heather'),
  (15, 3, '2021-11-24', 16.2, 'clover'),
  (16, 5, '2022-07-09', 5.7, 'heather'),
  (17, 4, '2022-04-28', 8.7, 'lime'),
  (18, 3, '2024-03-21', 5.1, 'bramble'),
  (19, 1, '2022-04-27', 18.9, 'bramble'),
  (20, 2, '2023-04-12', 18.6, 'clover'),
  (21, 2, '2021-05-02', 25.0, 'lime'),
  (22, 5, '2024-08-26', 5.5, 'bramble'),
  (23, 4, '2021-12-24', 16.2, 'lime'),
  (24, 1, '2022-05-10', 18.2, 'heather'),
  (25, 1, '2021-04-24', 8.2, 'bramble'),
  (26, 2, '2023-05-15', 4.2, 'clover'),
  (27, 7, '2024-07-09', 3.1, 'bramble'),
  (28, 2, '2024-06-08', 22.4, 'lime'),
  (29, 8, '2023-07-07', 18.6, 'lime'),
  (30, 3, '2021-12-27', 12.2, 'heather');
