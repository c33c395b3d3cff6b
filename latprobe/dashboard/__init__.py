"""The dashboard: a folder of files that any browser opens, with no server and no network."""
