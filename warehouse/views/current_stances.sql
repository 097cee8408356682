-- Where does each agency stand now? Its latest own words or act that is not unclear.
create or replace view current_stances as
with latest as (
    select
        agency_id,
        count(*) as statements,
        arg_max(statement_id, (coalesce(said_at, first_published_at, first_captured_at), statement_id)) as statement_id
    from statements
    where kind <> 'claim'
        and stance <> 'unclear'
        and not rejected
        and agency_id is not null
    group by agency_id
)
select
    a.agency_id,
    a.name as agency,
    a.kind as agency_kind,
    a.state,
    a.county_fips,
    s.stance,
    coalesce(s.said_at, s.first_published_at, s.first_captured_at) as since,
    s.statement_id,
    s.quote,
    s.speaker,
    l.statements,
    s.corrected
from latest as l
join agencies as a on a.agency_id = l.agency_id
join statements as s on s.statement_id = l.statement_id
where a.kind <> 'federal'
order by a.state, a.name;
comment on view current_stances is 'Where each agency stands now: its latest own words or act that is not unclear';
comment on column current_stances.agency_id is 'The agency (agencies.agency_id)';
comment on column current_stances.agency is 'Its name';
comment on column current_stances.agency_kind is 'police, sheriff, state police, corrections, prosecutor or other';
comment on column current_stances.state is 'Its state, two letters';
comment on column current_stances.county_fips is 'Its county, five-digit FIPS code';
comment on column current_stances.stance is 'cooperates, limits or refuses';
comment on column current_stances.since is 'When that statement was said, UTC; first publication where no story tells';
comment on column current_stances.statement_id is 'The statement (statements.statement_id)';
comment on column current_stances.quote is 'Its words';
comment on column current_stances.speaker is 'Who spoke';
comment on column current_stances.statements is 'Own statements of the agency that are not unclear';
comment on column current_stances.corrected is 'True where an editor has set it right (corrections)';
