-- The runs of the index in the order of their texts.
select run_id, first_sketch_no, last_sketch_no, row_count, written_ns
from shingle_runs
order by first_sketch_no
