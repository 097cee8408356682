-- The sketches of the texts to compare. The view candidate_texts holds their numbers.
select sketch_no, revision_id, story_id, collection, hashes, places, index, anchors
from story_sketches
where sketch_no in (select sketch_no from candidate_texts)
order by sketch_no
