-- How many distinct pieces of reporting about our subject appeared each day over the whole country?
create or replace view stories_by_day as
select
    starts_on as day,
    relevant_clusters,
    relevant_coverage,
    captured_articles
from stories_over_time('day', 'country', false);
comment on view stories_by_day is 'Distinct reporting about our subject by day, with its denominator';
comment on column stories_by_day.day is 'Day of first publication, UTC; none is left out';
comment on column stories_by_day.relevant_clusters is 'Distinct pieces of reporting about our subject: each counts once, when it first appeared';
comment on column stories_by_day.relevant_coverage is 'Stories about our subject, copies included';
comment on column stories_by_day.captured_articles is 'All articles of those outlets in that period, off-topic ones included: the denominator';
