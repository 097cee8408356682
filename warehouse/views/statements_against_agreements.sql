-- Who says one thing and has signed another? Own words or acts that limit or refuse while an agreement held.
create or replace view statements_against_agreements as
select
    g.agency_id,
    a.name as agency,
    a.state,
    a.county_fips,
    g.agreement_id,
    g.model,
    g.status,
    g.signed_on,
    g.first_seen_on,
    g.last_seen_on,
    s.statement_id,
    s.stance,
    s.kind,
    s.quote,
    s.speaker,
    coalesce(s.said_at, s.first_published_at, s.first_captured_at) as happened_at,
    s.corrected
from agreements as g
join agencies as a on a.agency_id = g.agency_id
join statements as s on s.agency_id = g.agency_id
where g.status <> 'pending'
    and s.kind <> 'claim'
    and s.stance in ('limits', 'refuses')
    and not s.rejected
    and utc_day(coalesce(s.said_at, s.first_published_at, s.first_captured_at)) >= coalesce(g.signed_on, g.first_seen_on)
    and (
        g.status = 'active'
        or utc_day(coalesce(s.said_at, s.first_published_at, s.first_captured_at)) <= g.last_seen_on
    )
order by happened_at desc, s.statement_id, g.agreement_id;
comment on view statements_against_agreements is 'Agencies that say that they limit or refuse while an agreement of theirs with ICE holds. The state is that of the agency';
comment on column statements_against_agreements.agency_id is 'The agency (agencies.agency_id)';
comment on column statements_against_agreements.agency is 'Its name';
comment on column statements_against_agreements.state is 'Its state, two letters';
comment on column statements_against_agreements.county_fips is 'Its county, five-digit FIPS code';
comment on column statements_against_agreements.agreement_id is 'The agreement (agreements.agreement_id)';
comment on column statements_against_agreements.model is 'Its model';
comment on column statements_against_agreements.status is 'active or ended';
comment on column statements_against_agreements.signed_on is 'Day of signing; null where the list does not tell';
comment on column statements_against_agreements.first_seen_on is 'Day of the first list that names it';
comment on column statements_against_agreements.last_seen_on is 'Day of the latest list that names it';
comment on column statements_against_agreements.statement_id is 'The statement (statements.statement_id)';
comment on column statements_against_agreements.stance is 'limits or refuses';
comment on column statements_against_agreements.kind is 'speech, action or policy';
comment on column statements_against_agreements.quote is 'Its words';
comment on column statements_against_agreements.speaker is 'Who spoke';
comment on column statements_against_agreements.happened_at is 'When it was said, UTC; first publication where no story tells';
comment on column statements_against_agreements.corrected is 'True where an editor has set the statement right (corrections)';
