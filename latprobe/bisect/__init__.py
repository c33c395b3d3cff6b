"""Which commit made a figure worse: a search over a range of git, by building and measuring."""
