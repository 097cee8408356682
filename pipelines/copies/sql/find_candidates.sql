-- Which pairs of texts, at least one of them newly arrived, share enough of the index to be compared?
-- Parameters: $first (first new sketch_no); $hit_share, $site_share and $least_hits (the least overlap: that share of the
-- smaller text's indexed shingles, on two sites or on one, and that many); $common (a shingle in more texts is common);
-- $everywhere (a shingle in more texts is not looked up).
-- Prefix filtering (Chaudhuri et al., 2006): two texts that overlap in n shingles share at least two of what is left
-- when n - 2 are passed over, whichever those are. So the n - 2 most common shingles of a text are not looked up, n
-- depending on the size of the other text, and no pair is missed by it.
with arrived as (
    select hash, sketch_no, site_hash
    from story_shingles
    where sketch_no >= $first
),
matched as (
    select hash, sketch_no, size_class, site_hash
    from story_shingles
    where hash in (select hash from arrived)
),
frequencies as (
    select hash, count(*) as stories
    from matched
    group by hash
    having count(*) > 1
),
wanted as (
    select arrived.sketch_no, arrived.site_hash, arrived.hash, frequencies.stories
    from arrived
    join frequencies on frequencies.hash = arrived.hash
),
sizes as (
    select sketch_no, any_value(site_hash) as site_hash, count(*) as size
    from arrived
    group by sketch_no
),
common as (
    select
        sketch_no,
        hash,
        stories,
        row_number() over (partition by sketch_no order by stories desc, hash) as commonness
    from wanted
    where stories > $common
),
common_counts as (
    select sketch_no, count(*) as common_count
    from common
    group by sketch_no
),
classes as (
    select distinct size_class
    from matched
),
needed as (
    select
        sizes.sketch_no,
        sizes.site_hash,
        classes.size_class,
        greatest($least_hits, ceil($hit_share * least(sizes.size, pow(1.25, classes.size_class)))) as overlap,
        greatest($least_hits, ceil($site_share * least(sizes.size, pow(1.25, classes.size_class)))) as site_overlap,
        coalesce(common_counts.common_count, 0) as common_count
    from sizes
    cross join classes
    left join common_counts on common_counts.sketch_no = sizes.sketch_no
),
looked_up as (
    select common.sketch_no, common.hash, needed.size_class
    from common
    join needed on needed.sketch_no = common.sketch_no
    where common.stories <= $everywhere
        and common.commonness >= needed.overlap - 1
),
hits as (
    select wanted.sketch_no, matched.sketch_no as other_no, matched.size_class, matched.site_hash
    from wanted
    join matched on matched.hash = wanted.hash
    where wanted.stories <= $common
        and matched.sketch_no <> wanted.sketch_no
    union all
    select looked_up.sketch_no, matched.sketch_no as other_no, matched.size_class, matched.site_hash
    from looked_up
    join matched
        on matched.hash = looked_up.hash
        and matched.size_class = looked_up.size_class
    where matched.sketch_no <> looked_up.sketch_no
),
counted as (
    select
        sketch_no,
        other_no,
        any_value(size_class) as size_class,
        any_value(site_hash) as site_hash,
        count(*) as hit_count
    from hits
    group by sketch_no, other_no
    having count(*) >= 2
)
select distinct
    least(counted.sketch_no, counted.other_no) as first_no,
    greatest(counted.sketch_no, counted.other_no) as second_no
from counted
join needed
    on needed.sketch_no = counted.sketch_no
    and needed.size_class = counted.size_class
where counted.hit_count
    + least(needed.common_count, needed.overlap - 2)
    >= if(counted.site_hash = needed.site_hash, needed.site_overlap, needed.overlap)
order by first_no, second_no
