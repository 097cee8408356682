-- Which agencies have changed position, from what to what, in whose words?
-- The rule of pipelines/statements/changes.py: an agency's own words and acts of one day are one occasion, with one
-- position or none; a new position counts where a second statement or sure direct words confirm it.
create or replace view position_changes as
with own as (
    select
        s.statement_id,
        s.agency_id,
        s.stance,
        s.direct and s.confidence >= 0.85 as sure,
        s.confidence * case when s.direct then 1.5 else 1 end as weight,
        coalesce(s.said_at, s.first_published_at, s.first_captured_at) as happened_at,
        utc_day(coalesce(s.said_at, s.first_published_at, s.first_captured_at)) as day
    from statements as s
    join agencies as a on a.agency_id = s.agency_id
    where s.kind <> 'claim'
        and s.stance <> 'unclear'
        and not s.rejected
        and a.kind <> 'federal'
        and s.confidence >= 0.35
),
sides as (
    select
        agency_id,
        day,
        stance,
        sum(weight) as weight,
        min(happened_at) as happened_at,
        arg_min(statement_id, (happened_at, statement_id)) as first_statement_id,
        arg_max(statement_id, (happened_at, statement_id)) as last_statement_id,
        bool_or(sure) as sure,
        count(*) as statements
    from own
    group by agency_id, day, stance
),
occasions as (
    select agency_id, day, stance, happened_at, first_statement_id, last_statement_id, sure, statements
    from sides
    qualify weight >= 0.6 * sum(weight) over (partition by agency_id, day)
),
turns as (
    select
        agency_id, day, stance, happened_at, first_statement_id, last_statement_id, sure, statements,
        stance is distinct from lag(stance) over (partition by agency_id order by day) as turned
    from occasions
),
numbered as (
    select
        agency_id, day, stance, happened_at, first_statement_id, last_statement_id, sure, statements,
        count(*) filter (where turned) over (partition by agency_id order by day) as stretch
    from turns
),
stretches as (
    select
        agency_id,
        stretch,
        any_value(stance) as stance,
        arg_min(first_statement_id, day) as first_statement_id,
        arg_max(last_statement_id, day) as last_statement_id,
        min(happened_at) as happened_at,
        case when bool_or(sure) then 'direct words' when sum(statements) >= 2 then 'a second statement' end as confirmed_by
    from numbered
    group by agency_id, stretch
),
-- Stretches not confirmed are passed over, except the first, from which the agency came.
steps as (
    select
        agency_id,
        stretch,
        lag(stance) over (partition by agency_id order by stretch) as from_stance,
        stance as to_stance,
        first_statement_id as to_statement_id,
        happened_at as changed_at,
        confirmed_by
    from stretches
    where stretch = 1 or confirmed_by is not null
),
changes as (
    select
        n.agency_id,
        n.from_stance,
        n.to_stance,
        arg_max(o.last_statement_id, o.stretch) as from_statement_id,
        n.to_statement_id,
        n.changed_at,
        n.confirmed_by
    from steps as n
    join stretches as o
        on o.agency_id = n.agency_id
        and o.stance = n.from_stance
        and o.stretch < n.stretch
    where n.from_stance <> n.to_stance
    group by all
)
select
    c.agency_id,
    a.name as agency,
    a.state,
    a.county_fips,
    c.changed_at,
    c.from_stance,
    c.to_stance,
    c.confirmed_by,
    c.from_statement_id,
    f.quote as from_quote,
    f.speaker as from_speaker,
    coalesce(f.said_at, f.first_published_at, f.first_captured_at) as from_happened_at,
    c.to_statement_id,
    t.quote as to_quote,
    t.speaker as to_speaker,
    article_day(t.first_published_at, t.first_captured_at) as reported_on,
    f.corrected or t.corrected as corrected
from changes as c
join agencies as a on a.agency_id = c.agency_id
join statements as f on f.statement_id = c.from_statement_id
join statements as t on t.statement_id = c.to_statement_id
order by c.changed_at desc, c.agency_id;
comment on view position_changes is 'Agencies that changed position, with the words before and after; each change confirmed';
comment on column position_changes.agency_id is 'The agency (agencies.agency_id)';
comment on column position_changes.agency is 'Its name';
comment on column position_changes.state is 'Its state, two letters';
comment on column position_changes.county_fips is 'Its county, five-digit FIPS code';
comment on column position_changes.changed_at is 'When the first statement of the new position was said, UTC; its publication where no story tells';
comment on column position_changes.from_stance is 'Position before';
comment on column position_changes.to_stance is 'Position since';
comment on column position_changes.confirmed_by is 'What confirms the new position: a second statement, or direct words read with a confidence of 0.85 or more';
comment on column position_changes.from_statement_id is 'The last statement of the old position (statements.statement_id)';
comment on column position_changes.from_quote is 'Its words';
comment on column position_changes.from_speaker is 'Who spoke';
comment on column position_changes.from_happened_at is 'When it was said, UTC';
comment on column position_changes.to_statement_id is 'The first statement of the new position (statements.statement_id)';
comment on column position_changes.to_quote is 'Its words';
comment on column position_changes.to_speaker is 'Who spoke';
comment on column position_changes.reported_on is 'Day on which the new position was first reported, UTC';
comment on column position_changes.corrected is 'True where an editor has set one of the two right (corrections)';
