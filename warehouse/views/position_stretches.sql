-- How long did each agency keep saying the same? What position_changes and current_stances read, so that both go by one rule.
-- The rule of pipelines/statements/changes.py: an agency's own words and acts of one day are one occasion. It has a position
-- where one stance has three fifths of the day's weight (confidence, half as much again for direct words), else none,
-- however sure any single statement of that day is. Occasions of one stance in a row are a stretch; it is confirmed by
-- sure direct words of that stance or by a second statement of it; on one day alone, direct words have to be among them.
create or replace view position_stretches as
with own as (
    select
        s.statement_id,
        s.agency_id,
        s.stance,
        s.direct,
        s.direct and s.confidence >= 0.85 as sure,
        statement_weight(s.confidence, s.direct) as weight,
        coalesce(s.said_at, s.first_published_at, s.first_captured_at) as happened_at,
        utc_day(coalesce(s.said_at, s.first_published_at, s.first_captured_at)) as day
    from statements as s
    join agencies as a on a.agency_id = s.agency_id
    where s.kind <> 'claim'
        and s.stance <> 'unclear'
        and not s.rejected
        and a.kind <> 'federal'
        and s.confidence >= 0.5
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
        bool_or(direct) as any_direct,
        bool_or(sure) as sure,
        count(*) as statements
    from own
    group by agency_id, day, stance
),
occasions as (
    select agency_id, day, stance, happened_at, first_statement_id, last_statement_id, any_direct, sure, statements
    from sides
    qualify weight >= 0.6 * sum(weight) over (partition by agency_id, day)
),
turns as (
    select
        agency_id, day, stance, happened_at, first_statement_id, last_statement_id, any_direct, sure, statements,
        stance is distinct from lag(stance) over (partition by agency_id order by day) as turned
    from occasions
),
numbered as (
    select
        agency_id, day, stance, happened_at, first_statement_id, last_statement_id, any_direct, sure, statements,
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
        min(happened_at) as since,
        cast(sum(statements) as bigint) as statements,
        count(*) as days,
        case
            when bool_or(sure) then 'direct words'
            when sum(statements) >= 2 and (count(*) >= 2 or bool_or(any_direct)) then 'a second statement'
        end as confirmed_by
    from numbered
    group by agency_id, stretch
)
select agency_id, stretch, stance, since, statements, days, confirmed_by, first_statement_id, last_statement_id
from stretches
order by agency_id, stretch;
comment on view position_stretches is 'Stretches in which each agency kept one position, by days: what position_changes and current_stances go by. A day on which no stance has three fifths of the weight (confidence, half as much again for direct words) gives no position; statements of a confidence below 0.5, unclear ones and claims of others give none';
comment on column position_stretches.agency_id is 'The agency (agencies.agency_id)';
comment on column position_stretches.stretch is 'Number of the stretch in time, from 1';
comment on column position_stretches.stance is 'cooperates, limits or refuses';
comment on column position_stretches.since is 'When its first statement was said, UTC; its publication where no story tells';
comment on column position_stretches.statements is 'Statements of that stance on its days';
comment on column position_stretches.days is 'Days (UTC) on which the agency had that position';
comment on column position_stretches.confirmed_by is 'direct words (read with a confidence of 0.85 or more) or a second statement; null where neither confirms it: position_changes passes it over';
comment on column position_stretches.first_statement_id is 'Its first statement (statements.statement_id)';
comment on column position_stretches.last_statement_id is 'Its last statement (statements.statement_id)';
