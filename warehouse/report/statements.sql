-- What have agencies said or done last, what of it did the last report not show, and where did each stand before?
-- $statement_ids are the statements that the last report did not know. Where there was no report before, what was first
-- reported in the last seven days of the database counts as new.
with own as (
    select
        statement_id,
        agency_id,
        stance,
        happened_at,
        case
            when $statement_ids is null then reported_on > (select max(reported_on) from agency_statements) - 7
            else statement_id in (select unnest(cast($statement_ids as varchar[])))
        end as is_new
    from agency_statements
    where kind <> 'claim'
        and agency_kind is distinct from 'federal'
),
latest as (
    select statement_id
    from own
    order by happened_at desc, statement_id
    limit 40
),
newest as (
    select statement_id
    from own
    where is_new
    order by happened_at desc, statement_id
    limit 100
),
shown as (
    select statement_id, agency_id, is_new
    from own
    where statement_id in (select statement_id from latest union select statement_id from newest)
),
-- The stance of an agency's own words or act before this one, unclear ones passed over.
before as (
    select
        statement_id,
        lag(case when stance <> 'unclear' then stance end ignore nulls) over earlier as previous_stance,
        lag(case when stance <> 'unclear' then happened_at end ignore nulls) over earlier as previous_at
    from own
    where agency_id in (select agency_id from shown)
    window earlier as (partition by agency_id order by happened_at, statement_id)
)
select
    s.statement_id,
    s.agency_id,
    s.agency,
    s.state,
    s.kind,
    s.stance,
    s.direct,
    s.quote,
    s.speaker,
    s.role,
    s.said_at,
    s.reported_on,
    s.outlet,
    s.url,
    s.title,
    s.story_count,
    s.corrected,
    shown.is_new,
    b.previous_stance,
    b.previous_at
from agency_statements as s
join shown on shown.statement_id = s.statement_id
left join before as b on b.statement_id = s.statement_id
order by s.happened_at desc, s.statement_id;
