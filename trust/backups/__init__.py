"""The whole site in one file, from either kind of database into either kind."""
