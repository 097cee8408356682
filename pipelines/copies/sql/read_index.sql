-- The index of the texts from one number to another, both included; to the last where that is null.
select sketch_no, index
from story_sketches
where sketch_no >= $first
    and sketch_no <= coalesce($last, 2147483647)
order by sketch_no
