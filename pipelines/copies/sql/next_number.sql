-- The number of the next sketch. One that stands in a run is never given again, though its text may be gone.
select 1 + greatest(
    (select coalesce(max(sketch_no), -1) from story_sketches),
    (select coalesce(max(last_sketch_no), -1) from shingle_runs)
)
