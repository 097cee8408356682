-- Everything that an alert needs to know of the statements in the temporary table alert_wanted (statement_id, story_id,
-- captured_at): story_id and captured_at are set where only an edit in that story is news. Times come without a zone, in UTC.
with wanted as (
    select distinct statement_id, story_id, captured_at from alert_wanted
),
places as (
    select
        wanted.statement_id,
        wanted.story_id as edited_story_id,
        stories.story_id,
        stories.source_id,
        coalesce(sources.name, stories.source_id) as outlet,
        stories.title,
        stories.url,
        stories.published_at,
        mentions.char_start
    from wanted
    join statement_mentions as mentions on mentions.statement_id = wanted.statement_id
    join stories on stories.story_id = mentions.story_id
    left join sources on sources.source_id = stories.source_id
    where wanted.story_id is null
        or wanted.story_id = stories.story_id
    qualify row_number() over (
        partition by wanted.statement_id, wanted.story_id
        order by came_out_at(stories.published_at, stories.published_at_raw, stories.first_captured_at),
            stories.first_captured_at, stories.story_id, mentions.char_start
    ) = 1
),
reach as (
    select
        mentions.statement_id,
        count(distinct stories.source_id) as outlet_count
    from statement_mentions as mentions
    join stories on stories.story_id = mentions.story_id
    where mentions.statement_id in (select statement_id from wanted)
    group by mentions.statement_id
),
signed as (
    select
        agency_id,
        list(distinct model order by model) as models
    from agreements
    where status = 'active'
    group by agency_id
),
heard as (
    -- An agency's first statement is its own that was considered first and, of one load, published first: which page a
    -- crawl came to first is chance. A claim of others is none.
    select statements.statement_id
    from statements
    left join alert_subjects as subjects on subjects.subject_id = statements.statement_id
    where statements.agency_id in (
        select agency_id from statements where statement_id in (select statement_id from wanted)
    )
        and not statements.rejected
        and statements.kind <> 'claim'
    qualify row_number() over (
        partition by statements.agency_id
        order by
            subjects.subject_id is null,
            subjects.heard_at,
            coalesce(statements.first_published_at, statements.first_captured_at),
            statements.statement_id
    ) = 1
)
select
    statements.statement_id,
    statements.agency_id,
    agencies.name as agency,
    agencies.kind::varchar as agency_kind,
    agencies.state,
    agencies.county_fips,
    statements.kind::varchar as kind,
    statements.stance::varchar as stance,
    statements.direct,
    statements.confidence,
    statements.quote,
    statements.claimant,
    statements.speaker,
    statements.role,
    timezone('UTC', statements.said_at) as said_at,
    statements.said_at_raw,
    statements.statement_id in (select statement_id from heard) as first_of_agency,
    coalesce(signed.models, []) as agreement_models,
    places.story_id,
    places.source_id,
    places.outlet,
    places.title,
    places.url,
    timezone('UTC', places.published_at) as published_at,
    timezone('UTC', coalesce(wanted.captured_at, statements.first_captured_at)) as captured_at,
    statements.story_count,
    reach.outlet_count,
    wanted.captured_at is null as is_new
from wanted
join statements on statements.statement_id = wanted.statement_id
join places on places.statement_id = wanted.statement_id
    and places.edited_story_id is not distinct from wanted.story_id
join reach on reach.statement_id = wanted.statement_id
left join agencies on agencies.agency_id = statements.agency_id
left join signed on signed.agency_id = statements.agency_id
where not statements.rejected
order by captured_at, places.story_id, places.char_start, statements.statement_id, is_new desc;
