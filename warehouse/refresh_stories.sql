-- Compute anew what is derived of the stories in the temporary table stale_stories.
delete from story_revisions
where story_id in (select story_id from stale_stories)
    and revision_id not in (select revision_id from fetches where revision_id is not null);

update story_revisions
set
    first_captured_at = seen.first_captured_at,
    last_captured_at = seen.last_captured_at,
    warc_file = seen.warc_file,
    warc_offset = seen.warc_offset,
    run_id = seen.run_id
from (
    select
        revision_id,
        min(tried_at) as first_captured_at,
        max(tried_at) as last_captured_at,
        arg_min(warc_file, (tried_at, warc_file, warc_offset)) as warc_file,
        arg_min(warc_offset, (tried_at, warc_file, warc_offset)) as warc_offset,
        arg_min(run_id, (tried_at, warc_file, warc_offset)) as run_id
    from fetches
    where revision_id is not null
        and story_id in (select story_id from stale_stories)
    group by revision_id
) as seen
where story_revisions.revision_id = seen.revision_id;

delete from stories
where story_id in (select story_id from stale_stories)
    and story_id not in (select story_id from story_revisions);

delete from story_urls
where story_id in (select story_id from stale_stories)
    and story_id not in (select story_id from story_revisions);

insert into stories by name
with latest as (
    select r.*
    from story_revisions as r
    join stale_stories as t on t.story_id = r.story_id
    -- What a broken connection left of a page never stands for the story once a whole text of it is known.
    qualify row_number() over (
        partition by r.story_id
        order by r.access_hint is distinct from 'truncated' desc, r.last_captured_at desc, r.first_captured_at desc, r.revision_id desc
    ) = 1
),
seen as (
    select
        story_id,
        min(tried_at) filter (where revision_id is not null) as first_captured_at,
        max(tried_at) as last_captured_at,
        count(distinct revision_id) as revision_count,
        arg_min(source_id, (tried_at, url)) filter (where revision_id is not null) as source_id,
        arg_min(url, (tried_at, url)) filter (where revision_id is not null) as url
    from fetches
    where story_id in (select story_id from stale_stories)
    group by story_id
),
addresses as (
    select story_id, min(url) filter (where canonical) as url
    from story_urls
    where story_id in (select story_id from stale_stories)
    group by story_id
)
select
    latest.story_id,
    latest.story_id as cluster_id,
    latest.revision_id,
    coalesce(addresses.url, seen.url) as url,  -- a replayed page may have no web address at all
    seen.source_id,
    latest.title,
    latest.byline,
    latest.published_at,
    latest.published_at_raw,
    latest.published_source,
    latest.modified_at,
    latest.language,
    latest.word_count,
    latest.access_hint,
    latest.relevant,
    latest.relevance_score,
    seen.first_captured_at,
    seen.last_captured_at,
    seen.revision_count,
    latest.rules_version
from latest
join seen on seen.story_id = latest.story_id
left join addresses on addresses.story_id = latest.story_id
on conflict (story_id) do update set
    revision_id = excluded.revision_id,
    url = excluded.url,
    source_id = excluded.source_id,
    title = excluded.title,
    byline = excluded.byline,
    published_at = excluded.published_at,
    published_at_raw = excluded.published_at_raw,
    published_source = excluded.published_source,
    modified_at = excluded.modified_at,
    language = excluded.language,
    word_count = excluded.word_count,
    access_hint = excluded.access_hint,
    relevant = excluded.relevant,
    relevance_score = excluded.relevance_score,
    first_captured_at = excluded.first_captured_at,
    last_captured_at = excluded.last_captured_at,
    revision_count = excluded.revision_count,
    rules_version = excluded.rules_version;
