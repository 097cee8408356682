-- Which agencies have been heard, where does each stand now, what has it signed, and does it say otherwise?
with signed as (
    select agency_id, string_agg(distinct model, ', ' order by model) as models
    from agreements
    where status = 'active'
    group by agency_id
)
select
    h.agency_id,
    h.agency,
    h.agency_kind,
    h.state,
    c.stance,
    c.since,
    h.first_heard_on,
    h.statements,
    s.models,
    h.agency_id in (select agency_id from statements_against_agreements where status = 'active') as says_otherwise,
    coalesce(c.corrected, false) as corrected
from agencies_first_heard as h
left join current_stances as c on c.agency_id = h.agency_id
left join signed as s on s.agency_id = h.agency_id
order by c.since desc nulls last, h.agency_id
limit 1000;
