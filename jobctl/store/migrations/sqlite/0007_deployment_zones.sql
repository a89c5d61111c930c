-- The zone of the machine on which a catalog was applied: what schedules without one were read in.
-- oldest: 4

CREATE TABLE deployment_zones (
    deployment_id INTEGER PRIMARY KEY REFERENCES deployments,
    zone          TEXT NOT NULL
) STRICT;
