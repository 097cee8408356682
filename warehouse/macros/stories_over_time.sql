-- How much reporting about our subject was there, in each period (day, week, month, …) and place (country, state, county)?
-- A piece of reporting counts once in each place, on the day when it first appeared there.
create or replace macro stories_over_time(grain, place, in_panel) as table
with outlets as (
    select
        source_id,
        case when place in ('state', 'county') then state end as state,
        case when place = 'county' then county_fips end as county_fips
    from sources
    where (not in_panel or source_id in (select source_id from panel_outlets))
        and (place <> 'county' or county_fips is not null)
),
span as (
    select
        coalesce((select first_month from capture_period where in_panel), (select min(day) from calendar)) as first_day,
        (select max(day) from calendar) as last_day
    where case
            when coalesce(grain in ('day', 'week', 'month', 'quarter', 'year'), false) then true
            else error('stories_over_time(grain, place, in_panel): grain must be day, week, month, quarter or year')
        end
        and case
            when coalesce(place in ('country', 'state', 'county'), false) then true
            else error('stories_over_time(grain, place, in_panel): place must be country, state or county')
        end
        and case
            when in_panel is not null then true
            else error('stories_over_time(grain, place, in_panel): in_panel must be true or false')
        end
),
relevant as (
    select
        o.state,
        o.county_fips,
        s.cluster_id,
        s.day
    from story_days as s
    join outlets as o on o.source_id = s.source_id
),
firsts as (
    select state, county_fips, min(day) as day
    from relevant
    group by state, county_fips, cluster_id
),
counts as (
    select day, state, county_fips, count(*) as clusters, 0 as coverage, 0 as articles
    from firsts
    group by all
    union all
    select day, state, county_fips, 0, count(*), 0
    from relevant
    group by all
    union all
    select day, case when place = 'state' then state end, null, 0, 0, articles
    from captured_days as d
    where place <> 'county' and (not in_panel or d.in_panel)
    union all
    select d.day, o.state, o.county_fips, 0, 0, d.articles
    from source_days as d
    join outlets as o on o.source_id = d.source_id
    where place = 'county'
),
-- Every period of every place, so that none is missing where nothing happened.
grid as (
    select periods.day, places.state, places.county_fips, 0 as clusters, 0 as coverage, 0 as articles
    from (select distinct greatest(period_start(grain, c.day), span.first_day) as day from calendar as c cross join span where c.day >= span.first_day) as periods
    cross join (select distinct state, county_fips from outlets where source_id in (select source_id from source_days)) as places
)
select
    cast(period_start(grain, t.day) as date) as starts_on,
    t.state,
    t.county_fips,
    cast(sum(t.clusters) as bigint) as relevant_clusters,
    cast(sum(t.coverage) as bigint) as relevant_coverage,
    cast(sum(t.articles) as bigint) as captured_articles
from (from counts union all from grid) as t
cross join span
where t.day between span.first_day and span.last_day
group by all
order by starts_on, t.state, t.county_fips;
comment on macro table stories_over_time is 'Distinct reporting about our subject: stories_over_time(''week'', ''county'', false). First day, week, month, quarter or year; then country, state or county; true for the constant panel only. Anything else is an error';
