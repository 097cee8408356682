"""The columns that say where a row came from rather than what it says.

Two runs over the same pages agree in everything else; comparisons leave these out, and the table `fetches` as a whole,
since every try adds a row to it.
"""

__all__ = ["PROVENANCE_COLUMNS", "RUN_TABLES"]

PROVENANCE_COLUMNS = frozenset(
    {"run_id", "warc_file", "warc_offset", "rules_version", "loaded_at", "applied_at", "heard_at", "raised_at"}
)
RUN_TABLES = frozenset({"fetches"})
