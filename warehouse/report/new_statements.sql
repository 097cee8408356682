-- What have agencies said or done that the last report did not show? $statement_ids are the statements that it did not know.
-- Where there was no report before: what was first reported in the last seven days of the database.
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
    reported_on,
    outlet,
    url,
    title,
    story_count,
    corrected
from agency_statements
where kind <> 'claim'
    and agency_kind is distinct from 'federal'
    and case
        when $statement_ids is null then reported_on > (select max(reported_on) from agency_statements) - 7
        else list_contains($statement_ids, statement_id)
    end
order by happened_at desc, statement_id
limit 100;
