-- What does each outlet cover, how much of it is its own, and whom does it quote?
create or replace view outlet_coverage as
with articles as (
    select source_id, sum(articles) as articles, min(day) as first_day, max(day) as last_day
    from source_days
    group by source_id
),
relevant as (
    select
        s.source_id,
        count(*) as coverage,
        count(distinct s.cluster_id) as clusters,
        count(*) filter (where coalesce(c.lead_story_id, s.story_id) = s.story_id) as leads
    from stories as s
    left join clusters as c on c.cluster_id = s.cluster_id
    where s.relevant
    group by s.source_id
),
quoted as (
    select
        r.source_id,
        count(distinct r.statement_id) as statements,
        count(distinct s.agency_id) as agencies
    from statement_reports as r
    join statements as s on s.statement_id = r.statement_id
    where not s.rejected and s.kind <> 'claim'
    group by r.source_id
)
select
    o.source_id,
    o.name as outlet,
    o.kind,
    o.state,
    o.county_fips,
    coalesce(r.clusters, 0) as relevant_clusters,
    coalesce(r.coverage, 0) as relevant_coverage,
    coalesce(r.leads, 0) as relevant_leads,
    coalesce(q.statements, 0) as statements,
    coalesce(q.agencies, 0) as agencies,
    cast(coalesce(a.articles, 0) as bigint) as captured_articles,
    a.first_day,
    a.last_day
from sources as o
left join articles as a on a.source_id = o.source_id
left join relevant as r on r.source_id = o.source_id
left join quoted as q on q.source_id = o.source_id
order by relevant_clusters desc, o.source_id;
comment on view outlet_coverage is 'What each outlet covers, with its denominator. The state is that of the outlet';
comment on column outlet_coverage.source_id is 'The outlet (sources.source_id)';
comment on column outlet_coverage.outlet is 'Its name';
comment on column outlet_coverage.kind is 'outlet, agency, government or wire';
comment on column outlet_coverage.state is 'Its state, two letters; null for national and federal sources';
comment on column outlet_coverage.county_fips is 'Its county, five-digit FIPS code';
comment on column outlet_coverage.relevant_clusters is 'Distinct reporting about our subject that it carried';
comment on column outlet_coverage.relevant_coverage is 'Its stories about our subject';
comment on column outlet_coverage.relevant_leads is 'Of these: its own or the earliest copy';
comment on column outlet_coverage.statements is 'Distinct statements of agencies that it carried';
comment on column outlet_coverage.agencies is 'Distinct agencies that these are of';
comment on column outlet_coverage.captured_articles is 'All its articles, off-topic ones included: the denominator';
comment on column outlet_coverage.first_day is 'Day of its first article, UTC';
comment on column outlet_coverage.last_day is 'Day of its latest article, UTC';
