-- How many distinct pieces of reporting about our subject appeared each month in each county?
create or replace view stories_by_county_and_month as
select
    m.starts_on as month,
    m.state,
    m.county_fips,
    c.name as county,
    m.relevant_clusters,
    m.relevant_coverage,
    m.captured_articles
from stories_over_time('month', 'county', false) as m
left join counties as c on c.county_fips = m.county_fips
order by m.starts_on, m.state, m.county_fips;
comment on view stories_by_county_and_month is 'Distinct reporting about our subject by month and county of the outlet, with its denominator';
comment on column stories_by_county_and_month.month is 'Month of first publication, by its first day; none is left out';
comment on column stories_by_county_and_month.state is 'State of the outlet, two letters';
comment on column stories_by_county_and_month.county_fips is 'County of the outlet, five-digit FIPS code';
comment on column stories_by_county_and_month.county is 'Its name; null where the code is unknown';
comment on column stories_by_county_and_month.relevant_clusters is 'Distinct pieces of reporting about our subject: each counts once in that county, when it first appeared there';
comment on column stories_by_county_and_month.relevant_coverage is 'Stories about our subject, copies included';
comment on column stories_by_county_and_month.captured_articles is 'All articles of those outlets in that period, off-topic ones included: the denominator';
