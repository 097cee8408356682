-- Tell each story its cluster.
update stories
set cluster_id = cluster_members.cluster_id
from cluster_members
where cluster_members.story_id = stories.story_id
    and cluster_members.cluster_id <> stories.cluster_id
