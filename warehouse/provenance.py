"""The columns that say where a row came from rather than what it says.

Two runs over the same pages agree in everything else. Comparisons leave these out, and two tables as a whole: `fetches`,
since every try adds a row to it, and the index of sketches, which is numbered by arrival.
"""

__all__ = ["PROVENANCE_COLUMNS", "RUN_TABLES"]

PROVENANCE_COLUMNS = frozenset(
    {
        "run_id",
        "warc_file",
        "warc_offset",
        "rules_version",
        "loaded_at",
        "applied_at",
        "heard_at",
        "raised_at",
        "record",
        "sketch_no",
    }
)
RUN_TABLES = frozenset({"alert_deliveries", "alerts", "fetches", "story_shingles"})
