-- The days between the first and the last capture, so that time series have no holes.
create or replace view calendar as
select cast(unnest(generate_series(min(day), max(day), interval 1 day)) as date) as day
from fetches;
comment on view calendar is 'The days from the first to the last capture, so that time series have no holes';
comment on column calendar.day is 'A day, UTC';
