-- The next texts that have no sketch yet, oldest first. Found by their ids alone: the texts of all stories are not read.
with waiting as (
    select revision_id
    from story_revisions
    where revision_id not in (select revision_id from story_sketches)
    order by first_captured_at, revision_id
    limit $limit
)
select
    story_revisions.revision_id,
    story_revisions.story_id,
    stories.url,
    story_revisions.title,
    story_revisions.byline,
    story_revisions.text,
    sources.name as outlet
from story_revisions
join stories on stories.story_id = story_revisions.story_id
left join sources on sources.source_id = stories.source_id
where story_revisions.revision_id in (select revision_id from waiting)
order by story_revisions.first_captured_at, story_revisions.revision_id
