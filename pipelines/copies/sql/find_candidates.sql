-- Which pairs of texts, at least one of them newly arrived, share enough of the index to be compared?
-- Parameters: $first (first new sketch_no), $hit_share and $least_hits (the least overlap: that share of the smaller
-- text's indexed shingles, and that many), $common (more stories than this make a shingle common), $everywhere.
-- Prefix filtering (Chaudhuri et al., 2006): two texts that overlap in n shingles share at least two of what is left
-- when n - 2 are passed over, whichever those are. So a text is looked up by its rarest shingles, and of the common ones
-- as many are passed over as that bound allows for the size of the other text. No pair is missed by it.
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
        count(*) over (partition by arrived.sketch_no) as size,
        count(*) filter (where frequencies.stories > $common) over (partition by arrived.sketch_no) as common_count
    from arrived
    join frequencies on frequencies.hash = arrived.hash
),
sizes as (
    select distinct sketch_no, size, common_count
    from ranked
),
classes as (
    select distinct size_class
    from story_shingles
),
needed as (
    select
        sizes.sketch_no,
        classes.size_class,
        greatest($least_hits, ceil($hit_share * least(sizes.size, pow(1.25, classes.size_class)))) as overlap
    from sizes
    cross join classes
),
common as (
    select ranked.sketch_no, ranked.hash, needed.size_class
    from ranked
    join needed on needed.sketch_no = ranked.sketch_no
    where ranked.stories > $common
        and ranked.stories <= $everywhere
        and ranked.rarity <= ranked.size + 2 - needed.overlap
),
hits as (
    select ranked.sketch_no, stored.sketch_no as other_no, stored.size_class
    from ranked
    join story_shingles as stored on stored.hash = ranked.hash
    where ranked.stories between 2 and $common
        and stored.sketch_no <> ranked.sketch_no
    union all
    select common.sketch_no, stored.sketch_no as other_no, stored.size_class
    from common
    join story_shingles as stored
        on stored.hash = common.hash
        and stored.size_class = common.size_class
    where stored.sketch_no <> common.sketch_no
),
counted as (
    select sketch_no, other_no, size_class, count(*) as hit_count
    from hits
    group by sketch_no, other_no, size_class
    having count(*) >= 2
)
select distinct
    least(counted.sketch_no, counted.other_no) as first_no,
    greatest(counted.sketch_no, counted.other_no) as second_no
from counted
join sizes on sizes.sketch_no = counted.sketch_no
join needed
    on needed.sketch_no = counted.sketch_no
    and needed.size_class = counted.size_class
where counted.hit_count + sizes.common_count >= needed.overlap
order by first_no, second_no
