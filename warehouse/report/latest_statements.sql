-- What have agencies said or done last, and where did each stand before?
with latest as (
    select
        statement_id,
        agency_id,
        agency,
        state,
        kind,
        stance,
        direct,
        quote,
        speaker,
        role,
        said_at,
        happened_at,
        reported_on,
        outlet,
        url,
        title,
        story_count,
        corrected
    from agency_statements
    where kind <> 'claim'
        and agency_kind is distinct from 'federal'
    order by happened_at desc, statement_id
    limit 40
),
-- The stance of an agency's own words or act before this one, unclear ones passed over.
before as (
    select
        statement_id,
        lag(case when stance <> 'unclear' then stance end ignore nulls) over earlier as previous_stance,
        lag(case when stance <> 'unclear' then coalesce(said_at, first_published_at, first_captured_at) end ignore nulls)
            over earlier as previous_at
    from statements
    where agency_id in (select agency_id from latest)
        and kind <> 'claim'
        and not rejected
    window earlier as (
        partition by agency_id
        order by coalesce(said_at, first_published_at, first_captured_at), statement_id
    )
)
select
    l.statement_id,
    l.agency_id,
    l.agency,
    l.state,
    l.kind,
    l.stance,
    l.direct,
    l.quote,
    l.speaker,
    l.role,
    l.said_at,
    l.reported_on,
    l.outlet,
    l.url,
    l.title,
    l.story_count,
    l.corrected,
    b.previous_stance,
    b.previous_at
from latest as l
left join before as b on b.statement_id = l.statement_id
order by l.happened_at desc, l.statement_id;
