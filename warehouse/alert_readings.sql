-- Which alerts raised since $since have statements that are read otherwise now, or reach further, than when they were
-- raised? Those in $known, whose latest reading is kept elsewhere, come in any case.
with recent as (
    select
        alert_id,
        statement_id,
        story_id,
        agency_id,
        stance,
        record,
        (record ->> '$.facts.story_count')::bigint as story_count,
        (record ->> '$.facts.outlet_count')::bigint as outlet_count
    from alerts
    where raised_at >= $since
        and not contains(subject_id, '#')
),
reach as (
    select
        mentions.statement_id,
        count(distinct stories.source_id) as outlet_count
    from statement_mentions as mentions
    join stories on stories.story_id = mentions.story_id
    where mentions.statement_id in (select statement_id from recent)
    group by mentions.statement_id
)
select
    recent.alert_id,
    recent.record,
    case when statements.statement_id is null then recent.agency_id else statements.agency_id end as agency_id,
    agencies.name as agency,
    agencies.kind::varchar as agency_kind,
    agencies.state,
    agencies.county_fips,
    coalesce(statements.stance, recent.stance)::varchar as stance,
    coalesce(statements.rejected, stories.story_id is not null) as withdrawn,
    coalesce(statements.story_count, recent.story_count) as story_count,
    coalesce(reach.outlet_count, recent.outlet_count) as outlet_count
from recent
left join statements on statements.statement_id = recent.statement_id
left join stories on stories.story_id = recent.story_id
left join reach on reach.statement_id = recent.statement_id
left join agencies on agencies.agency_id = coalesce(statements.agency_id, recent.agency_id)
where coalesce(statements.statement_id, stories.story_id) is not null
    and (
        recent.alert_id in (select unnest($known::varchar[]))
        or statements.statement_id is null
        or statements.rejected
        or statements.agency_id is distinct from recent.agency_id
        or statements.stance <> recent.stance
        or statements.story_count <> recent.story_count
        or reach.outlet_count <> recent.outlet_count
    )
order by recent.alert_id;
