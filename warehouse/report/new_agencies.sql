-- Which agencies were heard for the first time since the last report? $agency_ids are the agencies that it did not know.
-- Where there was no report before: those first heard in the last seven days of the database.
select
    agency_id,
    agency,
    state,
    stance,
    first_heard_on
from agencies_first_heard
where case
    when $agency_ids is null then first_heard_on > (select max(first_heard_on) from agencies_first_heard) - 7
    else agency_id in (select unnest(cast($agency_ids as varchar[])))
end
order by first_heard_on desc, agency_id
limit 100;
