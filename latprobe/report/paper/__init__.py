"""A report for people, in a file: what it says, and one file for each format."""
