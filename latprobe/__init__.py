"""latprobe: what each stage of a market-data path costs, on the feed that it really receives."""
