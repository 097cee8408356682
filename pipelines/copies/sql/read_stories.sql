-- The stories to cluster, with what orders them and the cluster that they are in.
select
    stories.story_id,
    epoch_us(stories.published_at) as published_us,
    epoch_us(stories.first_captured_at) as captured_us,
    cluster_members.cluster_id
from stories
left join cluster_members on cluster_members.story_id = stories.story_id
where stories.story_id in (select story_id from stories_to_cluster)
order by stories.story_id
