-- How many distinct pieces of reporting about our subject were published each day, in each state?
-- Denominator: captured_articles counts every article published that day by the same sources, off-topic ones included.
create or replace view stories_by_day as
with articles as (
    select
        cast(s.published_at at time zone 'UTC' as date) as day,
        o.state,
        s.cluster_id,
        s.story_id,
        s.relevant
    from stories as s
    join sources as o on o.source_id = s.source_id
    where s.published_at is not null
),
days as (
    select cast(unnest(generate_series(min(day), max(day), interval 1 day)) as date) as day
    from articles
),
states as (
    select distinct state
    from articles
)
select
    days.day,
    states.state,
    count(distinct articles.cluster_id) filter (where articles.relevant) as relevant_clusters,
    count(distinct articles.story_id) filter (where articles.relevant) as relevant_coverage,
    count(distinct articles.story_id) as captured_articles
from days
cross join states
left join articles
    on articles.day = days.day
    and articles.state is not distinct from states.state
group by days.day, states.state
order by days.day, states.state;
comment on view stories_by_day is 'Distinct reporting about our subject by day of publication and state of the outlet, with its denominator';
comment on column stories_by_day.day is 'Day of publication, UTC; no day is left out';
comment on column stories_by_day.state is 'State of the outlet; null for national and federal sources';
comment on column stories_by_day.relevant_clusters is 'Distinct pieces of reporting about our subject: a wire story counts once';
comment on column stories_by_day.relevant_coverage is 'Stories about our subject, copies included';
comment on column stories_by_day.captured_articles is 'All stories captured from those outlets for that day, off-topic ones included: the denominator';
