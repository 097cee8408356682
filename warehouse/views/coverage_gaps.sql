-- Which counties have an agreement that holds and no coverage of it?
create or replace view coverage_gaps as
with signed as (
    select
        a.county_fips,
        a.state,
        count(distinct a.agency_id) as agencies,
        string_agg(distinct a.name, '; ' order by a.name) as agency_names,
        min(coalesce(g.signed_on, g.first_seen_on)) as signed_on
    from agreements as g
    join agencies as a on a.agency_id = g.agency_id
    where g.status = 'active' and a.county_fips is not null
    group by a.county_fips, a.state
),
outlets as (
    select
        o.county_fips,
        count(*) filter (where o.registered) as outlets,
        cast(sum(coalesce(d.articles, 0)) as bigint) as captured_articles
    from sources as o
    left join (select source_id, sum(articles) as articles from source_days group by source_id) as d on d.source_id = o.source_id
    where o.county_fips is not null
    group by o.county_fips
)
select
    s.county_fips,
    n.name as county,
    s.state,
    s.agencies,
    s.agency_names,
    s.signed_on,
    coalesce(o.outlets, 0) as outlets,
    coalesce(o.captured_articles, 0) as captured_articles
from signed as s
left join outlets as o on o.county_fips = s.county_fips
left join counties as n on n.county_fips = s.county_fips
where s.county_fips not in (
        select u.county_fips
        from stories as t
        join sources as u on u.source_id = t.source_id
        where t.relevant and u.county_fips is not null
    )
    and s.county_fips not in (
        select a.county_fips
        from statements as t
        join agencies as a on a.agency_id = t.agency_id
        where a.county_fips is not null and not t.rejected
    )
order by s.signed_on desc, s.county_fips;
comment on view coverage_gaps is 'Counties with an active agreement of which nothing is on record: no outlet registered in the county has a story about our subject, and no outlet anywhere has a statement or claim of an agency of the county. A county without an outlet of its own whose sheriff was quoted elsewhere is no gap here. The state is that of the county';
comment on column coverage_gaps.county_fips is 'The county, five-digit FIPS code';
comment on column coverage_gaps.county is 'Its name; null where the code is unknown';
comment on column coverage_gaps.state is 'Its state, two letters';
comment on column coverage_gaps.agencies is 'Its agencies with an active agreement: how many';
comment on column coverage_gaps.agency_names is 'Their names';
comment on column coverage_gaps.signed_on is 'Day of the first active signature there; first day listed where no list tells';
comment on column coverage_gaps.outlets is 'Registered outlets of that county';
comment on column coverage_gaps.captured_articles is 'All articles of outlets of that county, off-topic ones included: 0 means that nobody looked';
