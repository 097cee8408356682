-- Add the stories of these clusters to those to cluster: an id must not be given out twice.
insert into stories_to_cluster
select story_id
from cluster_members
where cluster_id in (select unnest($clusters))
    and story_id not in (select story_id from stories_to_cluster)
