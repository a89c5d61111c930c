-- Nobody knows in which zone catalogs were applied.

CREATE TEMP TABLE deployment_zones (deployment_id INTEGER PRIMARY KEY, zone TEXT NOT NULL);
