-- The index of the texts from one number to below another.
select hash, sketch_no
from story_shingles
where sketch_no >= $first
    and sketch_no < $below
