-- How many distinct pieces of reporting about our subject appeared each day in each state?
create or replace view stories_by_state_and_day as
select
    starts_on as day,
    state,
    relevant_clusters,
    relevant_coverage,
    captured_articles
from stories_over_time('day', 'state', false);
comment on view stories_by_state_and_day is 'Distinct reporting about our subject by day and state of the outlet, with its denominator';
comment on column stories_by_state_and_day.day is 'Day of first publication, UTC; none is left out';
comment on column stories_by_state_and_day.state is 'State of the outlet, two letters; null for national and federal sources';
comment on column stories_by_state_and_day.relevant_clusters is 'Distinct pieces of reporting about our subject: each counts once in that state, when it first appeared there';
comment on column stories_by_state_and_day.relevant_coverage is 'Stories about our subject, copies included';
comment on column stories_by_state_and_day.captured_articles is 'All articles of those outlets in that period, off-topic ones included: the denominator';
