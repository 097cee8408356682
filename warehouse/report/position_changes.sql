-- Who changed position, and in which words before and after?
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
    f.outlet as from_outlet,
    f.url as from_url,
    c.to_stance,
    c.to_statement_id,
    c.to_quote,
    c.to_speaker,
    t.role as to_role,
    t.direct as to_direct,
    t.outlet as to_outlet,
    t.url as to_url,
    c.confirmed_by,
    c.corrected
from position_changes as c
join agency_statements as f on f.statement_id = c.from_statement_id
join agency_statements as t on t.statement_id = c.to_statement_id
order by c.changed_at desc, c.agency_id
limit 40;
