"""YAML to the model and back to the place where each thing was typed."""
