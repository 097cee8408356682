-- Compute anew the speakers of the statements in the temporary table stale_statements, and forget those of none.
insert into speakers by name
select
    speaker_id,
    any_value(agency_id) as agency_id,
    arg_max(speaker, (coalesce(first_published_at, first_captured_at), statement_id)) as name,
    arg_max(role, (coalesce(first_published_at, first_captured_at), statement_id)) as role
from statements
where speaker_id in (
    select speaker_id
    from statements
    where statement_id in (select statement_id from stale_statements)
)
group by speaker_id
on conflict (speaker_id) do update set
    name = excluded.name,
    role = excluded.role;

delete from speakers
where speaker_id not in (select speaker_id from statements where speaker_id is not null);
