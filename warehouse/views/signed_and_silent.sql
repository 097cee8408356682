-- Which agencies have signed an agreement that holds, and are not on record with a word about it?
create or replace view signed_and_silent as
with listeners as (
    select
        s.state,
        count(*) filter (where s.registered) as outlets,
        cast(sum(coalesce(d.articles, 0)) as bigint) as captured_articles
    from sources as s
    left join (select source_id, sum(articles) as articles from source_days group by source_id) as d on d.source_id = s.source_id
    where s.kind in ('outlet', 'wire')
    group by s.state
)
select
    a.agency_id,
    a.name as agency,
    a.kind as agency_kind,
    a.state,
    a.county_fips,
    string_agg(distinct g.model, ', ' order by g.model) as models,
    min(coalesce(g.signed_on, g.first_seen_on)) as signed_on,
    coalesce(any_value(o.outlets), 0) as outlets_in_state,
    coalesce(any_value(o.captured_articles), 0) as captured_articles_in_state
from agreements as g
join agencies as a on a.agency_id = g.agency_id
left join listeners as o on o.state = a.state
where g.status = 'active'
    and g.agency_id not in (
        select agency_id
        from statements
        where agency_id is not null and kind <> 'claim' and not rejected
    )
group by a.agency_id, a.name, a.kind, a.state, a.county_fips
order by signed_on desc, a.agency_id;
comment on view signed_and_silent is 'Agencies with an active agreement and no statement of their own. Silence may be nobody listening: look at outlets_in_state. The state is that of the agency';
comment on column signed_and_silent.agency_id is 'The agency (agencies.agency_id)';
comment on column signed_and_silent.agency is 'Its name';
comment on column signed_and_silent.agency_kind is 'police, sheriff, state police, corrections, prosecutor or other';
comment on column signed_and_silent.state is 'Its state, two letters';
comment on column signed_and_silent.county_fips is 'Its county, five-digit FIPS code';
comment on column signed_and_silent.models is 'Models of its active agreements';
comment on column signed_and_silent.signed_on is 'Day of its first active signature; first day listed where no list tells';
comment on column signed_and_silent.outlets_in_state is 'Registered outlets and wires of that state, agencies'' newsrooms not counted: 0 means that nobody of ours is there to listen';
comment on column signed_and_silent.captured_articles_in_state is 'All articles of outlets and wires of that state, off-topic ones included';
