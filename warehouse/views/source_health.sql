-- Which sources work, which are silent or broken, and why?
-- The seven days up to the latest try of any source.
create or replace view source_health as
with latest as (
    select max(tried_at) as now
    from fetches
),
recent as (
    select
        f.source_id,
        count(*) as tries,
        count(*) filter (where f.outcome in ('captured', 'unchanged', 'redirected')) as answered,
        count(*) filter (where f.outcome = 'error') as errors,
        count(*) filter (where f.outcome = 'robots') as disallowed,
        count(*) filter (where f.reading = 'unreadable') as unreadable,
        count(*) filter (where f.reading in ('story', 'off topic')) as pages,
        mode(f.reason) filter (where f.outcome = 'error') as commonest_error,
        median(f.elapsed_ms) filter (where f.outcome = 'captured') as median_ms
    from fetches as f
    cross join latest
    where f.tried_at > latest.now - interval 7 days
    group by f.source_id
),
ever as (
    select
        source_id,
        max(tried_at) filter (where outcome in ('captured', 'unchanged')) as last_answer_at,
        max(tried_at) filter (where reading in ('story', 'off topic')) as last_page_at
    from fetches
    group by source_id
)
select
    o.source_id,
    o.name as source,
    o.kind,
    o.state,
    case
        when e.source_id is null then 'never tried'
        when r.source_id is null then 'not tried for a week'
        when r.answered = 0 then 'dead'
        when r.errors * 2 > r.tries then 'mostly errors'
        when e.last_page_at is null or e.last_page_at < latest.now - interval 7 days then 'silent'
        else 'healthy'
    end as health,
    coalesce(r.tries, 0) as tries,
    coalesce(r.answered, 0) as answered,
    coalesce(r.errors, 0) as errors,
    coalesce(r.disallowed, 0) as disallowed,
    coalesce(r.unreadable, 0) as unreadable,
    coalesce(r.pages, 0) as pages,
    r.commonest_error,
    cast(r.median_ms as integer) as median_ms,
    e.last_answer_at,
    e.last_page_at
from sources as o
cross join latest
left join recent as r on r.source_id = o.source_id
left join ever as e on e.source_id = o.source_id
where o.registered or e.source_id is not null
order by health = 'healthy', health, o.source_id;
comment on view source_health is 'How each source fared in the seven days up to the latest try of any source. The state is that of the source';
comment on column source_health.source_id is 'The source (sources.source_id)';
comment on column source_health.source is 'Its name';
comment on column source_health.kind is 'outlet, agency, government or wire';
comment on column source_health.state is 'Its state, two letters';
comment on column source_health.health is 'healthy, silent (answers, but gave no new page for a week), mostly errors, dead (no answer for a week), not tried for a week, or never tried';
comment on column source_health.tries is 'Tries in these seven days';
comment on column source_health.answered is 'Of these: captured, unchanged or redirected';
comment on column source_health.errors is 'Of these: errors';
comment on column source_health.disallowed is 'Of these: disallowed by robots.txt';
comment on column source_health.unreadable is 'Captures from which no text could be read';
comment on column source_health.pages is 'Captures of articles';
comment on column source_health.commonest_error is 'The commonest error, in words';
comment on column source_health.median_ms is 'Half of its responses came within so many milliseconds';
comment on column source_health.last_answer_at is 'Latest answer ever, UTC';
comment on column source_health.last_page_at is 'Latest article ever captured, UTC';
