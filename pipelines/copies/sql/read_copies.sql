-- The copies among the stories to cluster: the most alike texts of each pair of stories.
select
    story_id,
    other_story_id,
    max(share) as share,
    arg_max(whole, share) as whole
from story_copies
where story_id in (select story_id from stories_to_cluster)
    and other_story_id in (select story_id from stories_to_cluster)
group by story_id, other_story_id
order by story_id, other_story_id
