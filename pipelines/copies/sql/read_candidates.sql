-- The sketches of the texts to compare. The view candidate_pairs holds first_no and second_no.
select
    story_sketches.sketch_no,
    story_sketches.revision_id,
    story_sketches.story_id,
    story_sketches.site,
    story_sketches.collection,
    story_sketches.hashes,
    story_sketches.places,
    story_sketches.index,
    story_sketches.anchors
from story_sketches
where story_sketches.sketch_no in (
    select first_no
    from candidate_pairs
    union
    select second_no
    from candidate_pairs
)
order by story_sketches.sketch_no
