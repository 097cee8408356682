-- Which agencies have changed position, from what to what, in whose words?
-- A new position counts where its stretch (position_stretches) is confirmed. Those not confirmed are passed over, except the
-- first, from which the agency came.
create or replace view position_changes as
with steps as (
    select
        agency_id,
        stretch,
        lag(stance) over (partition by agency_id order by stretch) as from_stance,
        stance as to_stance,
        first_statement_id as to_statement_id,
        since as changed_at,
        confirmed_by
    from position_stretches
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
    join position_stretches as o
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
comment on view position_changes is 'Agencies that changed position, with the words before and after, old changes that stories recall included; each change confirmed. What an agency says on one day counts together: sure direct words change nothing on a day of two minds (position_stretches says how days are weighed). current_stances.confirmed_stance is where these changes lead. The state is that of the agency';
comment on column position_changes.agency_id is 'The agency (agencies.agency_id)';
comment on column position_changes.agency is 'Its name';
comment on column position_changes.state is 'Its state, two letters';
comment on column position_changes.county_fips is 'Its county, five-digit FIPS code';
comment on column position_changes.changed_at is 'When the first statement of the new position was said, UTC; its publication where no story tells';
comment on column position_changes.from_stance is 'Position before';
comment on column position_changes.to_stance is 'Position since';
comment on column position_changes.confirmed_by is 'What confirms the new position: a second statement, or direct words read with a confidence of 0.85 or more, on a day that has that position';
comment on column position_changes.from_statement_id is 'The last statement of the old position, confirmed or the first that was heard (statements.statement_id)';
comment on column position_changes.from_quote is 'Its words';
comment on column position_changes.from_speaker is 'Who spoke';
comment on column position_changes.from_happened_at is 'When it was said, UTC';
comment on column position_changes.to_statement_id is 'The first statement of the new position (statements.statement_id)';
comment on column position_changes.to_quote is 'Its words';
comment on column position_changes.to_speaker is 'Who spoke';
comment on column position_changes.reported_on is 'Day on which the new position was first reported, UTC';
comment on column position_changes.corrected is 'True where an editor has set one of the two right (corrections)';
