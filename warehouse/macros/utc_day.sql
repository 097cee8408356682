-- On which day, UTC, does a moment lie? The same in every session, whatever its time zone, and fast.
create or replace macro utc_day(moment) as cast(make_timestamp(epoch_us(cast(moment as timestamptz))) as date);
comment on macro utc_day is 'The day of a moment, UTC';
