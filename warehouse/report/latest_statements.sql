-- What have agencies said or done last, and where did each stand before?
with latest as (
    select
        s.statement_id,
        s.agency_id,
        a.name as agency,
        a.state,
        s.kind,
        s.stance,
        s.direct,
        s.quote,
        s.speaker,
        s.role,
        s.said_at,
        coalesce(s.said_at, s.first_published_at, s.first_captured_at) as happened_at,
        article_day(s.first_published_at, s.first_captured_at) as reported_on,
        s.story_count,
        s.corrected
    from statements as s
    left join agencies as a on a.agency_id = s.agency_id
    where s.kind <> 'claim'
        and not s.rejected
        and a.kind is distinct from 'federal'
    order by happened_at desc, s.statement_id
    limit 40
),
-- The earliest story of each.
places as (
    select m.statement_id, t.url, t.title, o.name as outlet
    from statement_mentions as m
    join stories as t on t.story_id = m.story_id
    join sources as o on o.source_id = t.source_id
    where m.statement_id in (select statement_id from latest)
    qualify row_number() over (
        partition by m.statement_id
        order by article_day(t.published_at, t.first_captured_at), t.story_id
    ) = 1
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
    p.outlet,
    p.url,
    p.title,
    l.story_count,
    l.corrected,
    b.previous_stance,
    b.previous_at
from latest as l
left join places as p on p.statement_id = l.statement_id
left join before as b on b.statement_id = l.statement_id
order by l.happened_at desc, l.statement_id;
