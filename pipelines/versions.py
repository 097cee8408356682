"""The versions of the rules. Raise one when its results change: rows of the old version are then read again.

A capture or text is read once for each version; `badgewire reread` reads what lies in the archive with the new one.
"""

__all__ = ["EXTRACTION_VERSION", "FILTER_VERSION", "READING_VERSION", "RULES_VERSION"]

FILTER_VERSION = "1"
EXTRACTION_VERSION = "2"
READING_VERSION = "8"
RULES_VERSION = f"{FILTER_VERSION}.{EXTRACTION_VERSION}.{READING_VERSION}"
