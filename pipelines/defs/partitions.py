"""The days that captures fall into: UTC, from the first page of the web's news to today."""

from datetime import date

import dagster as dg

__all__ = ["FIRST_DAY", "SINGLE_RUN", "capture_days", "contiguous"]

# Older than any WARC-Date that the archive accepts, so that every accepted capture has a partition.
FIRST_DAY = date(1996, 1, 1)
# Today is a partition: without the offset a run for today raises DagsterUnknownPartitionError.
capture_days = dg.DailyPartitionsDefinition(start_date=FIRST_DAY.isoformat(), timezone="UTC", end_offset=1)
# A range of days is one run, so that the snapshot is published once after all of them.
SINGLE_RUN = dg.BackfillPolicy.single_run()


def contiguous(days: list[date]) -> list[tuple[date, date]]:
    """The days as (first, last) of each unbroken stretch, in order."""
    stretches: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if stretches and (day - stretches[-1][1]).days == 1:
            stretches[-1] = (stretches[-1][0], day)
        else:
            stretches.append((day, day))
    return stretches
