-- Which pairs of texts, at least one of them newly arrived, share enough of the index to be compared?
-- Parameters: $first (first new sketch_no), $hit_share and $least_hits (the least overlap: that share of the smaller
-- text's indexed shingles, and that many), $common (more stories than this make a shingle common), $everywhere.
-- A text is looked up by its rarest shingles. Two texts that overlap in n shingles share at least two of what is left
-- when n - 2 are passed over, so common shingles are passed over as far as that bound allows, by size of the other text
-- (prefix filtering; Chaudhuri et al., 2006). The answer does not depend on which ones they are: no pair is missed.
with arrived as (
    select hash, sketch_no
    from story_shingles
    where sketch_no >= $first
),
frequencies as (
    select hash, count(*) as stories
    from story_shingles
    where hash in (select hash from arrived)
    group by hash
),
ranked as (
    select
        arrived.sketch_no,
        arrived.hash,
        frequencies.stories,
        row_number() over (partition by arrived.sketch_no order by frequencies.stories, arrived.hash) as rarity,
        count(*) over (partition by arrived.sketch_no) as size
    from arrived
    join frequencies on frequencies.hash = arrived.hash
),
classes as (
    select distinct size_class
    from story_shingles
),
common as (
    select ranked.sketch_no, ranked.hash, classes.size_class
    from ranked
    cross join classes
    where ranked.stories > $common
        and ranked.stories <= $everywhere
        and ranked.rarity <= ranked.size + 2
            - greatest($least_hits, ceil($hit_share * least(ranked.size, pow(1.25, classes.size_class))))
),
hits as (
    select ranked.sketch_no, stored.sketch_no as other_no
    from ranked
    join story_shingles as stored on stored.hash = ranked.hash
    where ranked.stories between 2 and $common
        and stored.sketch_no <> ranked.sketch_no
    union all
    select common.sketch_no, stored.sketch_no as other_no
    from common
    join story_shingles as stored
        on stored.hash = common.hash
        and stored.size_class = common.size_class
    where stored.sketch_no <> common.sketch_no
),
pairs as (
    select sketch_no, other_no
    from hits
    group by sketch_no, other_no
    having count(*) >= 2
)
select distinct
    least(sketch_no, other_no) as first_no,
    greatest(sketch_no, other_no) as second_no
from pairs
order by first_no, second_no
