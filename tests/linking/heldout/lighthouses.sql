CREATE TABLE LightHouse (lightId INTEGER PRIMARY KEY, towerName TEXT, county TEXT, heightMetres REAL, yearLit INTEGER, rangeMiles INTEGER, lampColour TEXT, isAutomated BOOLEAN, keeperCount INTEGER);
INSERT INTO LightHouse VALUES
  (1, 'Skerrow', 'Fife', 34.0, 1791, 12, 'white', 1, 0),
  (2, 'Muckle Point', 'Orkney', 42.1, 1802, 9, 'white', 0, 3),
  (3, 'Ardlamont', 'Fife', 46.7, 1813, 14, 'white', 1, 3),
  (4, 'Holm Head', 'Fife', 27.0, 1824, 28, 'white', 1, 3),
  (5, 'Corran Bight', 'Argyll', 18.2, 1835, 9, 'red', 0, 2),
  (6, 'Stroma Sound', 'Fife', 9.0, 1846, 23, 'white', 1, 1),
  (7, 'Duncan Ness', 'Orkney', 46.8, 1857, 10, 'white', 1, 2),
  (8, 'Pladda Rock', 'Fife', 33.2, 1868, 21, 'white', 1, 1),
  (9, 'Bass Stack', 'Fife', 45.6, 1879, 11, 'red', 0, 1),
  (10, 'Oxcar Reef', 'Argyll', 29.4, 1890, 6, 'red', 0, 1),
  (11, 'Elie Tower', 'Fife', 20.2, 1901, 15, 'white', 0, 0),
  (12, 'Noup Cliff', 'Orkney', 28.1, 1912, 13, 'red', 1, 0);
