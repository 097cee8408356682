-- Who changed position, and in which words before and after?
with changes as (
    select
        agency_id,
        agency,
        state,
        changed_at,
        from_stance,
        from_statement_id,
        from_quote,
        from_speaker,
        from_happened_at,
        to_stance,
        to_statement_id,
        to_quote,
        to_speaker,
        confirmed_by,
        corrected
    from position_changes
    order by changed_at desc, agency_id
    limit 40
),
-- The earliest story of each.
places as (
    select m.statement_id, t.url, t.title, o.name as outlet
    from statement_mentions as m
    join stories as t on t.story_id = m.story_id
    join sources as o on o.source_id = t.source_id
    where m.statement_id in (select unnest([from_statement_id, to_statement_id]) from changes)
    qualify row_number() over (
        partition by m.statement_id
        order by article_day(t.published_at, t.first_captured_at), t.story_id
    ) = 1
)
select
    c.agency_id,
    c.agency,
    c.state,
    c.changed_at,
    c.from_stance,
    c.from_quote,
    c.from_speaker,
    f.role as from_role,
    f.direct as from_direct,
    c.from_happened_at,
    fp.outlet as from_outlet,
    fp.url as from_url,
    c.to_stance,
    c.to_statement_id,
    c.to_quote,
    c.to_speaker,
    t.role as to_role,
    t.direct as to_direct,
    tp.outlet as to_outlet,
    tp.url as to_url,
    c.confirmed_by,
    c.corrected
from changes as c
join statements as f on f.statement_id = c.from_statement_id
join statements as t on t.statement_id = c.to_statement_id
left join places as fp on fp.statement_id = c.from_statement_id
left join places as tp on tp.statement_id = c.to_statement_id
order by c.changed_at desc, c.agency_id;
