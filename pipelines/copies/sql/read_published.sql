-- How long these texts and all from a number on are in the index, and who published them.
select sketch_no, index_size, hash(site) as site
from story_sketches
where sketch_no in (select sketch_no from shared_texts)
    or sketch_no >= $first
