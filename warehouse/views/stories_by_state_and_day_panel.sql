-- How many distinct pieces of reporting about our subject appeared each day in each state, counting only outlets collected throughout (panel_outlets)?
create or replace view stories_by_state_and_day_panel as
select
    starts_on as day,
    state,
    relevant_clusters,
    relevant_coverage,
    captured_articles
from stories_over_time('day', 'state', true);
comment on view stories_by_state_and_day_panel is 'Distinct reporting about our subject by day and state of the outlet, with its denominator; only outlets collected in every month of the capture period. A panel of one month (capture_period.months) proves nothing';
comment on column stories_by_state_and_day_panel.day is 'Day of first publication, UTC; none is left out';
comment on column stories_by_state_and_day_panel.state is 'State of the outlet, two letters; null for national and federal sources';
comment on column stories_by_state_and_day_panel.relevant_clusters is 'Distinct pieces of reporting about our subject: each counts once in that state, when it first appeared there';
comment on column stories_by_state_and_day_panel.relevant_coverage is 'Stories about our subject, copies included';
comment on column stories_by_state_and_day_panel.captured_articles is 'All articles of those outlets in that period, off-topic ones included: the denominator';
