-- Which stories must be looked at again because a text of theirs, or they themselves, are gone? Their neighbours too.
create or replace temp table stories_to_cluster as
with gone as (
    select revision_id, story_id
    from story_sketches
    where revision_id not in (select revision_id from story_revisions)
),
left_over as (
    select story_id
    from cluster_members
    where story_id not in (select story_id from stories)
)
select story_id
from gone
union
select story_id
from left_over
union
select other_story_id as story_id
from story_copies
where revision_id in (select revision_id from gone)
union
select story_id
from story_copies
where other_revision_id in (select revision_id from gone)
