-- How many articles has each outlet given us for each day, off-topic ones included? The denominator of every trend.
-- A page that fails the byte filter is not read, so that its own date is not known: it counts for the day that the feed,
-- sitemap or listing gave it, as article_day takes it. What remains: pages that none of them dated (plain links, other
-- archives) count on the day of capture, and of a page that a sitemap dates by its latest change that day counts. A young
-- archive therefore has fewer off-topic pages in its back months than those months had: compare months of capture_period.
create or replace view source_days as
with pages as (
    select
        url,
        arg_min(source_id, (tried_at, source_id)) as source_id,
        article_day(min(listed_at), min(tried_at)) as day,
        utc_day(min(tried_at)) as first_captured_on,
        bool_or(reading = 'story') as is_story
    from fetches
    where reading in ('off topic', 'story')
    group by url
),
counts as (
    select source_id, day, count(*) as articles, 0 as captured
    from pages
    where not is_story
    group by source_id, day
    union all
    select source_id, first_captured_on, 0, count(*)
    from pages
    where not is_story
    group by source_id, first_captured_on
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
comment on view source_days is 'Articles of each outlet by day, off-topic ones included: the denominator of every trend. Back months, before capture_period, hold only what feeds and sitemaps still named when collecting began';
comment on column source_days.source_id is 'The outlet (sources.source_id)';
comment on column source_days.day is 'Day, UTC';
comment on column source_days.articles is 'Articles of that day: by day of publication; off-topic ones, whose pages are not read, by the day that the feed, sitemap or listing gave them; those without either by day of first capture';
comment on column source_days.captured is 'Articles first captured on that day';
