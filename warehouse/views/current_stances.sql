-- Where does each agency stand now? Its latest own words or act that is not unclear, and what speaks for it.
-- Of statements at one instant (many are known to the day only) the weightiest counts, as position_stretches weighs them:
-- confidence, half as much again for direct words; then the greater id.
create or replace view current_stances as
with own as (
    select
        s.agency_id,
        s.statement_id,
        s.stance,
        coalesce(s.said_at, s.first_published_at, s.first_captured_at) as happened_at,
        utc_day(coalesce(s.said_at, s.first_published_at, s.first_captured_at)) as day,
        statement_weight(s.confidence, s.direct) as weight
    from statements as s
    join agencies as a on a.agency_id = s.agency_id
    where s.kind <> 'claim'
        and s.stance <> 'unclear'
        and not s.rejected
        and a.kind <> 'federal'
),
latest as (
    select
        agency_id,
        count(*) as statements,
        arg_max(statement_id, (happened_at, weight, statement_id)) as statement_id,
        arg_max(stance, (happened_at, weight, statement_id)) as stance
    from own
    group by agency_id
),
by_day as (
    select agency_id, stance, day, count(*) as statements
    from own
    group by agency_id, stance, day
),
-- The last day on which it took another stance: what it said of this one before that is not counted for it.
others as (
    select d.agency_id, max(d.day) as day
    from by_day as d
    join latest as l on l.agency_id = d.agency_id and l.stance <> d.stance
    group by d.agency_id
),
support as (
    select d.agency_id, cast(sum(d.statements) as bigint) as statements, count(*) as days
    from by_day as d
    join latest as l on l.agency_id = d.agency_id and l.stance = d.stance
    left join others as o on o.agency_id = d.agency_id
    where o.day is null or d.day >= o.day
    group by d.agency_id
),
confirmed as (
    select agency_id, arg_max(stance, stretch) as stance
    from position_stretches
    where confirmed_by is not null
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
    s.direct,
    s.confidence,
    l.statements,
    u.statements as supporting_statements,
    u.days as supporting_days,
    c.stance is not null and c.stance = s.stance as confirmed,
    c.stance as confirmed_stance,
    s.corrected
from latest as l
join agencies as a on a.agency_id = l.agency_id
join statements as s on s.statement_id = l.statement_id
join support as u on u.agency_id = l.agency_id
left join confirmed as c on c.agency_id = l.agency_id
order by a.state, a.name;
comment on view current_stances is 'Where each agency stands now: its latest own words or act that is not unclear, however sure the reading; of several at one instant the weightiest (confidence, half as much again for direct words), then the greater id. It is one statement: look at confirmed, and at confirmed_stance where position_changes sees it otherwise. The state is that of the agency';
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
comment on column current_stances.direct is 'True where the words stand inside quotation marks';
comment on column current_stances.confidence is 'How sure the reading of that statement is, 0 to 1';
comment on column current_stances.statements is 'Own statements of the agency that are not unclear, of every stance and time';
comment on column current_stances.supporting_statements is 'Own statements of this stance since the last day on which the agency took another, that day included';
comment on column current_stances.supporting_days is 'Days (UTC) on which these were said';
comment on column current_stances.confirmed is 'True where confirmed_stance is this stance';
comment on column current_stances.confirmed_stance is 'The stance of the latest stretch that is confirmed by the rule of position_changes (position_stretches): where its changes lead. Another than stance where the latest statement is not confirmed; null where nothing is';
comment on column current_stances.corrected is 'True where an editor has set it right (corrections)';
