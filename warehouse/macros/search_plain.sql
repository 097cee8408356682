-- Which stories and statements contain all of these words, each as a whole? Plain SQL: no extension, no index, no stems (an
-- asterisk stands for any ending), no ranking. Word by word, since a pattern must be constant to be fast (word_pattern).
create or replace macro search_plain(words, in_state := null, since := null, until := null) as table
with found as (
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
from (select found.*, lower(concat_ws(' ', found.title, found.text)) as lowered from found) as f
where (in_state is null or f.state = in_state)
    and (since is null or f.day >= cast(since as date))
    and (until is null or f.day <= cast(until as date))
    and word_pattern(words, 1) is not null
    and case
        when word_pattern(words, 9) is null then true
        else error('search_plain takes at most eight words')
    end
    and coalesce(regexp_matches(f.lowered, word_pattern(words, 1)), true)
    and coalesce(regexp_matches(f.lowered, word_pattern(words, 2)), true)
    and coalesce(regexp_matches(f.lowered, word_pattern(words, 3)), true)
    and coalesce(regexp_matches(f.lowered, word_pattern(words, 4)), true)
    and coalesce(regexp_matches(f.lowered, word_pattern(words, 5)), true)
    and coalesce(regexp_matches(f.lowered, word_pattern(words, 6)), true)
    and coalesce(regexp_matches(f.lowered, word_pattern(words, 7)), true)
    and coalesce(regexp_matches(f.lowered, word_pattern(words, 8)), true)
order by f.day desc, f.kind, f.story_id, f.statement_id;
comment on macro table search_plain is 'Stories (headline and latest text) and statements (words, speaker, title and agency) that contain every word as a whole, in any case and place: detainer does not find detainers, detainer* finds both; no words, no rows; at most eight words. The state is that of the outlet, of a statement that of its agency. From search_plain(''words'', in_state := ''CA'', since := ''2026-01-01'', until := ''2026-03-31'')';
