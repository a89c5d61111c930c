-- Record in which zone the machine was that deployed.
INSERT INTO deployment_zones (deployment_id, zone) VALUES (?, ?)
