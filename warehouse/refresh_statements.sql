-- Compute anew what is derived of the statements in the temporary table stale_statements: one row from all mentions.
-- The reading of a statement is that of its surest mention that knows the agency, of equally sure ones (to a tenth) the
-- first captured; its words are those of its earliest.
delete from statements
where statement_id in (select statement_id from stale_statements)
    and statement_id not in (select statement_id from statement_mentions);

insert into statements by name
with placed as (
    select
        m.*,
        s.cluster_id,
        credible_time(s.published_at, s.first_captured_at) as published_at,
        came_out_at(s.published_at, s.published_at_raw, s.first_captured_at) as came_out_at,
        s.first_captured_at as story_captured_at,
        r.first_captured_at as captured_at
    from statement_mentions as m
    join stale_statements as t on t.statement_id = m.statement_id
    join stories as s on s.story_id = m.story_id
    join story_revisions as r on r.revision_id = m.revision_id
),
readings as (
    select *
    from placed
    qualify row_number() over (
        partition by statement_id
        order by agency_id is null, round(confidence, 1) desc, captured_at, story_id, char_start, mention_id
    ) = 1
),
wordings as (
    select statement_id, quote, direct
    from placed
    qualify row_number() over (
        partition by statement_id
        order by came_out_at, story_captured_at, story_id, captured_at, char_start, mention_id
    ) = 1
),
times as (
    select statement_id, said_at, said_at_raw
    from placed
    where said_at is not null
    qualify row_number() over (
        partition by statement_id
        order by confidence desc, came_out_at, story_captured_at, story_id, char_start, mention_id
    ) = 1
),
counts as (
    select
        statement_id,
        -- What was captured before any page told a time that can be is as old as that capture.
        case when min(published_at) <= min(story_captured_at) then min(published_at) end as first_published_at,
        min(captured_at) as first_captured_at,
        count(*) as mention_count,
        count(distinct story_id) as story_count,
        count(distinct cluster_id) as cluster_count
    from placed
    group by statement_id
)
select
    readings.statement_id,
    readings.agency_id,
    readings.agency_candidates,
    case
        when readings.agency_id is not null and readings.speaker is not null
            then left(sha256(readings.agency_id || chr(10) || lower(readings.speaker)), 16)
    end as speaker_id,
    readings.speaker,
    readings.role,
    readings.kind,
    readings.stance,
    wordings.direct,
    wordings.quote,
    readings.claimant,
    times.said_at,
    times.said_at_raw,
    counts.first_published_at,
    counts.first_captured_at,
    counts.mention_count,
    counts.story_count,
    counts.cluster_count,
    readings.confidence,
    readings.evidence,
    readings.rules_version
from readings
join wordings on wordings.statement_id = readings.statement_id
join counts on counts.statement_id = readings.statement_id
left join times on times.statement_id = readings.statement_id
on conflict (statement_id) do update set
    agency_id = excluded.agency_id,
    agency_candidates = excluded.agency_candidates,
    speaker_id = excluded.speaker_id,
    speaker = excluded.speaker,
    role = excluded.role,
    kind = excluded.kind,
    stance = excluded.stance,
    direct = excluded.direct,
    quote = excluded.quote,
    claimant = excluded.claimant,
    said_at = excluded.said_at,
    said_at_raw = excluded.said_at_raw,
    first_published_at = excluded.first_published_at,
    first_captured_at = excluded.first_captured_at,
    mention_count = excluded.mention_count,
    story_count = excluded.story_count,
    cluster_count = excluded.cluster_count,
    confidence = excluded.confidence,
    evidence = excluded.evidence,
    rules_version = excluded.rules_version;
