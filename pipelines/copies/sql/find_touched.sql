-- Which stories must be clustered anew: those never clustered, those with new copies, those that lost some, those of a
-- cluster whose lead is no longer its earliest (a date was corrected), and every story in the clusters of these. Leaves
-- the ids in stories_to_cluster.
create or replace temp table stories_to_cluster as
with earliest as (
    select
        clusters.cluster_id,
        clusters.lead_story_id,
        arg_min(
            stories.story_id,
            (
                came_out_at(stories.published_at, stories.published_at_raw, stories.first_captured_at),
                stories.first_captured_at,
                stories.story_id
            )
        ) as earliest_story_id
    from clusters
    join cluster_members on cluster_members.cluster_id = clusters.cluster_id
    join stories on stories.story_id = cluster_members.story_id
    where clusters.story_count > 1
    group by clusters.cluster_id, clusters.lead_story_id
),
fresh as (
    select story_id
    from stories_to_cluster
    union
    select story_id
    from stories
    where story_id not in (select story_id from cluster_members)
    union
    select lead_story_id
    from earliest
    where earliest_story_id <> lead_story_id
    union
    select copies.story_id
    from story_copies as copies
    join cluster_members as one on one.story_id = copies.story_id
    left join cluster_members as other on other.story_id = copies.other_story_id
    where other.cluster_id is distinct from one.cluster_id
    union
    select copies.other_story_id
    from story_copies as copies
    left join cluster_members as one on one.story_id = copies.story_id
    join cluster_members as other on other.story_id = copies.other_story_id
    where other.cluster_id is distinct from one.cluster_id
)
select cluster_members.story_id
from cluster_members
where cluster_members.cluster_id in (
    select clustered.cluster_id
    from cluster_members as clustered
    where clustered.story_id in (select story_id from fresh)
)
union
select story_id
from fresh
