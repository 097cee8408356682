-- Keep the pairs found to be copies, the smaller story id first. Two texts of one story are no copies of each other.
insert into story_copies by name
with sided as (
    select
        copied_pairs.share,
        copied_pairs.spread,
        copied_pairs.anchors,
        copied_pairs.whole,
        one.story_id as one_story_id,
        one.revision_id as one_revision_id,
        two.story_id as two_story_id,
        two.revision_id as two_revision_id,
        one.story_id < two.story_id as in_order
    from copied_pairs
    join story_sketches as one on one.sketch_no = copied_pairs.first_no
    join story_sketches as two on two.sketch_no = copied_pairs.second_no
    where one.story_id <> two.story_id
)
select
    if(in_order, one_story_id, two_story_id) as story_id,
    if(in_order, two_story_id, one_story_id) as other_story_id,
    if(in_order, one_revision_id, two_revision_id) as revision_id,
    if(in_order, two_revision_id, one_revision_id) as other_revision_id,
    share,
    spread,
    anchors,
    whole
from sided
