-- The stories to cluster, with what orders them and the cluster that they are in.
select
    stories.story_id,
    epoch_us(came_out_at(stories.published_at, stories.published_at_raw, stories.first_captured_at)) as came_out_us,
    epoch_us(stories.first_captured_at) as captured_us,
    cluster_members.cluster_id
from stories
left join cluster_members on cluster_members.story_id = stories.story_id
where stories.story_id in (select story_id from stories_to_cluster)
order by stories.story_id
