-- How many articles has each outlet given us for each day, off-topic ones included? The denominator of every trend.
-- A page that fails the byte filter is not read further: it counts for the day of its first capture.
create or replace view source_days as
with pages as (
    select
        url,
        arg_min(source_id, (tried_at, source_id)) as source_id,
        min(day) as day,
        bool_or(reading = 'story') as is_story
    from fetches
    where reading in ('off topic', 'story')
    group by url
),
counts as (
    select source_id, day, count(*) as articles, count(*) as captured
    from pages
    where not is_story
    group by source_id, day
    union all
    select source_id, article_day(published_at, first_captured_at), count(*), 0
    from stories
    group by all
    union all
    select source_id, utc_day(first_captured_at), 0, count(*)
    from stories
    group by all
)
select
    source_id,
    day,
    cast(sum(articles) as bigint) as articles,
    cast(sum(captured) as bigint) as captured
from counts
group by source_id, day
order by day, source_id;
comment on view source_days is 'Articles of each outlet by day, off-topic ones included: the denominator of every trend';
comment on column source_days.source_id is 'The outlet (sources.source_id)';
comment on column source_days.day is 'Day, UTC';
comment on column source_days.articles is 'Articles of that day: by day of publication, those whose page was not read or tells none by day of first capture';
comment on column source_days.captured is 'Articles first captured on that day';
