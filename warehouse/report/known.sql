-- Which statements, agencies and changes of position does the database know? What a report shows as new is asked of these.
select 'statement' as subject, statement_id as id
from agency_statements
where kind <> 'claim'
    and agency_kind is distinct from 'federal'
union all
select 'agency', agency_id
from agencies_first_heard
union all
select 'change', to_statement_id
from position_changes;
