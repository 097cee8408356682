-- How many distinct pieces of reporting about our subject appeared each month over the whole country, counting only outlets collected throughout (panel_outlets)?
create or replace view stories_by_month_panel as
select
    starts_on as month,
    relevant_clusters,
    relevant_coverage,
    captured_articles
from stories_over_time('month', 'country', true);
comment on view stories_by_month_panel is 'Distinct reporting about our subject by month, with its denominator; only outlets collected in every month of the capture period. A panel of one month (capture_period.months) proves nothing';
comment on column stories_by_month_panel.month is 'Month of first publication, by its first day; none is left out';
comment on column stories_by_month_panel.relevant_clusters is 'Distinct pieces of reporting about our subject: each counts once, when it first appeared';
comment on column stories_by_month_panel.relevant_coverage is 'Stories about our subject, copies included';
comment on column stories_by_month_panel.captured_articles is 'All articles of those outlets in that period, off-topic ones included: the denominator';
