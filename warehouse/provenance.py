"""The columns that say where a row came from rather than what it says.

Two runs over the same pages agree in everything else. Comparisons leave these out, and some tables as a whole: `fetches`,
since every try adds a row to it; the index of sketches, which is numbered by arrival; alerts and their deliveries, which
tell what was known and asked at one moment (their subjects are compared: what is alerted does not depend on the run).
"""

__all__ = ["PROVENANCE_COLUMNS", "RUN_TABLES"]

PROVENANCE_COLUMNS = frozenset(
    {
        "run_id",
        "warc_file",
        "warc_offset",
        "rules_version",
        "applied_at",
        "heard_at",
        "raised_at",
        "record",
        "sketch_no",
    }
)
RUN_TABLES = frozenset({"alert_deliveries", "alerts", "fetches", "shingle_runs"})
