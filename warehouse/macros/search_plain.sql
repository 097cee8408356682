-- Which stories and statements contain all of these words, each as a whole? Plain SQL: no extension, no index, no stems, no
-- ranking. A word is a run of letters and digits, so that 287(g) is two; what stands between words does not count.
-- Looking for the letters comes first: texts are parted into words only where they have them.
create or replace macro search_plain(words, in_state := null, since := null, until := null) as table
with wanted as (
    select list_filter(
        string_split_regex(lower(words), '[^\p{L}\p{M}\p{N}]+'), lambda word: word <> ''
    ) as words
),
found as (
    select
        'story' as kind,
        article_day(s.published_at, s.first_captured_at) as day,
        o.state,
        o.name as outlet,
        s.title,
        r.text,
        s.url,
        s.story_id,
        null as statement_id,
        s.cluster_id
    from stories as s
    join story_revisions as r on r.revision_id = s.revision_id
    join sources as o on o.source_id = s.source_id
    union all
    select
        'statement',
        article_day(t.first_published_at, t.first_captured_at),
        a.state,
        null,
        null,
        concat_ws(' ', t.quote, t.speaker, t.role, a.name),
        null,
        null,
        t.statement_id,
        null
    from statements as t
    left join agencies as a on a.agency_id = t.agency_id
    where not t.rejected
)
select f.kind, f.day, f.state, f.outlet, f.title, f.text, f.url, f.story_id, f.statement_id, f.cluster_id
from found as f
cross join wanted
where (in_state is null or f.state = in_state)
    and (since is null or f.day >= cast(since as date))
    and (until is null or f.day <= cast(until as date))
    and len(wanted.words) > 0
    and case
        when len(list_filter(wanted.words, lambda word: not contains(lower(concat_ws(' ', f.title, f.text)), word))) = 0
            then list_has_all(
                string_split_regex(lower(concat_ws(' ', f.title, f.text)), '[^\p{L}\p{M}\p{N}]+'), wanted.words
            )
        else false
    end
order by f.day desc, f.kind, f.story_id, f.statement_id;
comment on macro table search_plain is 'Stories (headline and latest text) and statements (words, speaker, title and agency) that contain every word as a whole, in any case and place: detainer does not find detainers; no words, no rows. The state is that of the outlet, of a statement that of its agency. From search_plain(''words'', in_state := ''CA'', since := ''2026-01-01'', until := ''2026-03-31'')';
