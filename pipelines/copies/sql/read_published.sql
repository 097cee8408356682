-- How long each text is in the index, and who published it.
select sketch_no, index_size, hash(site) as site
from story_sketches
