-- Who changed position, and in which words before and after?
with changes as (
    select
        agency_id,
        agency,
        state,
        changed_at,
        from_statement_id,
        to_statement_id,
        from_happened_at,
        confirmed_by,
        corrected
    from position_changes
    order by changed_at desc, agency_id
    limit 40
)
select
    c.agency_id,
    c.agency,
    c.state,
    c.changed_at,
    f.stance as from_stance,
    f.quote as from_quote,
    f.speaker as from_speaker,
    f.role as from_role,
    f.direct as from_direct,
    c.from_happened_at,
    f.outlet as from_outlet,
    f.url as from_url,
    t.stance as to_stance,
    c.to_statement_id,
    t.quote as to_quote,
    t.speaker as to_speaker,
    t.role as to_role,
    t.direct as to_direct,
    t.outlet as to_outlet,
    t.url as to_url,
    c.confirmed_by,
    c.corrected
from changes as c
join agency_statements as f on f.statement_id = c.from_statement_id
join agency_statements as t on t.statement_id = c.to_statement_id
order by c.changed_at desc, c.agency_id;
