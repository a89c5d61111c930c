"""Files that somebody else may control: opened in one way, and asked who may change them."""
