-- What have agencies said or done that the last report did not show? $statement_ids are the statements that it did not know.
-- Where there was no report before: what was first reported in the last seven days of the database.
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
        and case
            when $statement_ids is null
                then article_day(s.first_published_at, s.first_captured_at)
                    > (select max(article_day(first_published_at, first_captured_at)) from statements) - 7
            else list_contains($statement_ids, s.statement_id)
        end
    order by happened_at desc, s.statement_id
    limit 100
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
    l.corrected
from latest as l
left join places as p on p.statement_id = l.statement_id
order by l.happened_at desc, l.statement_id;
