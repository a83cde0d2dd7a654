CREATE TABLE LightHouse (lightId INTEGER PRIMARY KEY, towerName TEXT, county TEXT, heightMetres REAL, yearLit INTEGER, rangeMiles INTEGER, lampColour TEXT, isAutomated BOOLEAN, keeperCount INTEGER);
INSERT INTO LightHouse VALUES
  (1, 'Skerrow', 'Fife', 34.2, 1791, 19, 'white', 0, 2),
  (2, 'Muckle Point', 'Orkney', 10.1, 1802, 13, 'red', 0, 0),
  (3, 'Ardlamont', 'Fife', 10.7, 1813, 18, 'red', 0, 2),
  (4, 'Holm Head', 'Fife', 26.1, 1824, 9, 'red', 0, 3),
  (5, 'Corran Bight', 'Argyll', 28.6, 1835, 20, 'white', 1, 0),
  (6, 'Stroma Sound', 'Fife', 19.4, 1846, 28, 'white', 1, 3),
  (7, 'Duncan Ness', 'Orkney', 9.0, 1857, 23, 'white', 1, 1),
  (8, 'Pladda Rock', 'Fife', 44.8, 1868, 7, 'white', 0, 2),
  (9, 'Bass Stack', 'Fife', 20.7, 1879, 25, 'red', 0, 2),
  (10, 'Oxcar Reef', 'Argyll', 35.8, 1890, 27, 'red', 1, 1),
  (11, 'Elie Tower', 'Fife', 23.4, 1901, 13, 'white', 0, 2),
  (12, 'Noup Cliff', 'Orkney', 11.3, 1912, 6, 'red', 0, 2);
