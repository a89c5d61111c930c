-- Which state of the catalog is in force.
SELECT number FROM generation WHERE only_row = 1
