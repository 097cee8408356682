-- How many distinct pieces of reporting about our subject appeared each week over the whole country?
create or replace view stories_by_week as
select
    starts_on as week,
    relevant_clusters,
    relevant_coverage,
    captured_articles
from stories_over_time('week', 'country', false);
comment on view stories_by_week is 'Distinct reporting about our subject by week, with its denominator';
comment on column stories_by_week.week is 'Week of first publication, by its Monday; none is left out';
comment on column stories_by_week.relevant_clusters is 'Distinct pieces of reporting about our subject: each counts once, when it first appeared';
comment on column stories_by_week.relevant_coverage is 'Stories about our subject, copies included';
comment on column stories_by_week.captured_articles is 'All articles of those outlets in that period, off-topic ones included: the denominator';
