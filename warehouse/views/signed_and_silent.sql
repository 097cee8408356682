-- Which agencies have signed an agreement that holds, and are not on record with a word about it?
create or replace view signed_and_silent as
select
    a.agency_id,
    a.name as agency,
    a.kind as agency_kind,
    a.state,
    a.county_fips,
    string_agg(distinct g.model, ', ' order by g.model) as models,
    min(coalesce(g.signed_on, g.first_seen_on)) as signed_on
from agreements as g
join agencies as a on a.agency_id = g.agency_id
where g.status = 'active'
    and g.agency_id not in (
        select agency_id
        from statements
        where agency_id is not null and kind <> 'claim' and not rejected
    )
group by all
order by signed_on desc, a.agency_id;
comment on view signed_and_silent is 'Agencies with an active agreement and no statement of their own';
comment on column signed_and_silent.agency_id is 'The agency (agencies.agency_id)';
comment on column signed_and_silent.agency is 'Its name';
comment on column signed_and_silent.agency_kind is 'police, sheriff, state police, corrections, prosecutor or other';
comment on column signed_and_silent.state is 'Its state, two letters';
comment on column signed_and_silent.county_fips is 'Its county, five-digit FIPS code';
comment on column signed_and_silent.models is 'Models of its active agreements';
comment on column signed_and_silent.signed_on is 'Day of its first active signature; first day listed where no list tells';
