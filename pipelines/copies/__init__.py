"""One story, one row: address identity, copies and syndication, revisions. Pure functions, and SQL as text."""
