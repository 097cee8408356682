-- Which days do the time series cover, so that they have no holes?
create or replace view calendar as
select cast(unnest(generate_series(min(day), max(day), interval 1 day)) as date) as day
from source_days;
comment on view calendar is 'The days from the first to the last article, so that time series have no holes';
comment on column calendar.day is 'A day, UTC';
