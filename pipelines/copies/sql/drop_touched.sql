-- Take the stories to cluster out of their clusters, to be put in again.
delete from clusters
where cluster_id in (
    select cluster_id
    from cluster_members
    where story_id in (select story_id from stories_to_cluster)
);

delete from cluster_members
where story_id in (select story_id from stories_to_cluster);
