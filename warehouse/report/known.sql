-- Which statements, agencies and changes of position does the database know? What a report shows as new is asked of these.
select 'statement' as subject, s.statement_id as id
from statements as s
left join agencies as a on a.agency_id = s.agency_id
where s.kind <> 'claim'
    and not s.rejected
    and a.kind is distinct from 'federal'
union all
select 'agency', agency_id
from agencies_first_heard
union all
select 'change', to_statement_id
from position_changes;
