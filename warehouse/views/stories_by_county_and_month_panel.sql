-- How many distinct pieces of reporting about our subject appeared each month in each county, counting only outlets collected throughout (panel_outlets)?
create or replace view stories_by_county_and_month_panel as
select
    m.starts_on as month,
    m.state,
    m.county_fips,
    c.name as county,
    m.relevant_clusters,
    m.relevant_coverage,
    m.captured_articles
from stories_over_time('month', 'county', true) as m
left join counties as c on c.county_fips = m.county_fips
order by m.starts_on, m.state, m.county_fips;
comment on view stories_by_county_and_month_panel is 'Distinct reporting about our subject by month and county of the outlet, with its denominator; only outlets collected in every month of the capture period. A panel of one month (capture_period.months) proves nothing';
comment on column stories_by_county_and_month_panel.month is 'Month of first publication, by its first day; none is left out';
comment on column stories_by_county_and_month_panel.state is 'State of the outlet, two letters';
comment on column stories_by_county_and_month_panel.county_fips is 'County of the outlet, five-digit FIPS code';
comment on column stories_by_county_and_month_panel.county is 'Its name; null where the code is unknown';
comment on column stories_by_county_and_month_panel.relevant_clusters is 'Distinct pieces of reporting about our subject: each counts once in that county, when it first appeared there';
comment on column stories_by_county_and_month_panel.relevant_coverage is 'Stories about our subject, copies included';
comment on column stories_by_county_and_month_panel.captured_articles is 'All articles of those outlets in that period, off-topic ones included: the denominator';
