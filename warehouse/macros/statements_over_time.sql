-- What did agencies say and do, by stance, in each period (day, week, month, …) and place (country, state, county, agency)?
-- A statement counts once, on the day when it was first reported. Claims of others and federal bodies are left out.
create or replace macro statements_over_time(grain, place, in_panel) as table
with span as (
    select
        coalesce((select first_month from capture_period where in_panel), (select min(day) from calendar)) as first_day,
        (select max(day) from calendar) as last_day
    where case
            when coalesce(grain in ('day', 'week', 'month', 'quarter', 'year'), false) then true
            else error('statements_over_time(grain, place, in_panel): grain must be day, week, month, quarter or year')
        end
        and case
            when coalesce(place in ('country', 'state', 'county', 'agency'), false) then true
            else error('statements_over_time(grain, place, in_panel): place must be country, state, county or agency')
        end
        and case
            when in_panel is not null then true
            else error('statements_over_time(grain, place, in_panel): in_panel must be true or false')
        end
),
reported as (
    select state, null as county_fips, null as agency_id, stance, day, statements
    from stance_days as d
    where place not in ('county', 'agency') and d.in_panel = in_panel
    union all
    select state, county_fips, agency_id, stance, case when in_panel then panel_day else day end, 1
    from statement_days
    where place in ('county', 'agency')
),
counts as (
    select
        period_start(grain, r.day) as starts_on,
        case when place in ('state', 'county', 'agency') then r.state end as state,
        case when place = 'county' then r.county_fips end as county_fips,
        case when place = 'agency' then r.agency_id end as agency_id,
        cast(sum(r.statements) as bigint) as statements,
        cast(coalesce(sum(r.statements) filter (where r.stance = 'cooperates'), 0) as bigint) as cooperates,
        cast(coalesce(sum(r.statements) filter (where r.stance = 'limits'), 0) as bigint) as limits,
        cast(coalesce(sum(r.statements) filter (where r.stance = 'refuses'), 0) as bigint) as refuses,
        cast(coalesce(sum(r.statements) filter (where r.stance = 'unclear'), 0) as bigint) as unclear
    from reported as r
    cross join span
    where (place <> 'agency' or r.agency_id is not null)
        and (place <> 'county' or r.county_fips is not null)
        and r.day between span.first_day and span.last_day
    group by all
),
captured as (
    select period_start(grain, d.day) as starts_on, d.state, sum(d.articles) as articles
    from captured_days as d
    cross join span
    where d.day >= span.first_day
        and (not in_panel or d.in_panel)
    group by all
),
everywhere as (
    select starts_on, sum(articles) as articles
    from captured
    group by starts_on
),
-- Every period of every place, so that none is missing where nothing happened.
grid as (
    select periods.starts_on, places.state, places.county_fips, places.agency_id
    from (select distinct period_start(grain, c.day) as starts_on from calendar as c cross join span where c.day >= span.first_day) as periods
    cross join (
        select distinct state, county_fips, agency_id
        from counts
        union
        select null, null, null
        where place = 'country'
        union
        select state, null, null
        from captured
        where place = 'state' and state is not null
    ) as places
)
select
    cast(g.starts_on as date) as starts_on,
    g.state,
    g.county_fips,
    g.agency_id,
    coalesce(c.statements, 0) as statements,
    coalesce(c.cooperates, 0) as cooperates,
    coalesce(c.limits, 0) as limits,
    coalesce(c.refuses, 0) as refuses,
    coalesce(c.unclear, 0) as unclear,
    c.cooperates / nullif(c.statements - c.unclear, 0) as cooperates_share,
    c.limits / nullif(c.statements - c.unclear, 0) as limits_share,
    c.refuses / nullif(c.statements - c.unclear, 0) as refuses_share,
    cast(coalesce(case when place = 'country' then e.articles else a.articles end, 0) as bigint) as captured_articles,
    cast(coalesce(e.articles, 0) as bigint) as captured_articles_everywhere
from grid as g
left join counts as c
    on c.starts_on = g.starts_on
    and c.state is not distinct from g.state
    and c.county_fips is not distinct from g.county_fips
    and c.agency_id is not distinct from g.agency_id
left join captured as a
    on a.starts_on = g.starts_on
    and a.state is not distinct from g.state
left join everywhere as e on e.starts_on = g.starts_on
order by g.starts_on, g.state, g.county_fips, g.agency_id;
comment on macro table statements_over_time is 'Statements by stance: statements_over_time(''week'', ''agency'', false). First day, week, month, quarter or year; then country, state, county or agency; true for the constant panel only. Anything else is an error';
