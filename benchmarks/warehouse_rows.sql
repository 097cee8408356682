-- Seeded rows for benchmarks/warehouse.py; $names are put in by it. Chance is a hash, so that the rows are always the same.
create or replace temp macro chance(i, salt, n) as cast(hash(i, salt) % n as integer);
create or replace temp macro moment(i, salt) as timestamptz '2021-03-02 00:00:00+00' + to_seconds(chance(i, salt, $days * 86400));

insert into sources by name
select
    'source-' || i as source_id, 'Outlet ' || i as name, 'outlet' as kind,
    list_extract($states, 1 + chance(i, 1, 30)) as state, lpad(cast(1 + chance(i, 2, 3000) as varchar), 5, '0') as county_fips,
    true as registered
from range($sources) as t(i);

insert into agencies by name
select
    'agency-' || i as agency_id, 'Agency ' || i as name, 'sheriff' as kind, list_extract($states, 1 + chance(i, 3, 30)) as state,
    lpad(cast(1 + chance(i, 4, 3000) as varchar), 5, '0') as county_fips, 'register' as origin
from range($agencies) as t(i);

insert into agreements by name
select
    'agreement-' || i as agreement_id, 'agency-' || i as agency_id, 'Task Force Model' as model, 'active' as status,
    date '2024-01-01' + chance(i, 5, 700) as signed_on, date '2024-01-01' + chance(i, 5, 700) as first_seen_on,
    date '2026-02-28' as last_seen_on, 'Agency ' || i as listed_name, 'list.csv' as list_file, '1' as rules_version
from range($agencies // 3) as t(i);

-- 2,000 paragraphs of 80 words, common words more often than rare ones; a story is five of them. A word is a number
-- written in letters, since a number would not be one to the search index.
create or replace temp macro word(n) as translate(lpad(cast(n as varchar), 5, '0'), '0123456789', 'bdfgklmnpr');
create temp table paragraphs as
select i, string_agg(word(floor(pow(chance(i * 1000 + j, 6, 10000) / 10000.0, 2) * 20000)::integer), ' ') as words
from range(2000) as t(i), range(80) as u(j)
group by i;

create temp table made as
select
    i,
    'story-' || i as story_id,
    'source-' || chance(i, 7, $sources) as source_id,
    chance(i, 8, 5) = 0 as relevant,
    'story-' || case when chance(i, 9, 4) = 0 then i - i % 40 else i end as cluster_id,
    moment(i, 10) as published_at,
    chance(i, 11, 2000) as p1, chance(i, 12, 2000) as p2, chance(i, 13, 2000) as p3, chance(i, 14, 2000) as p4, chance(i, 15, 2000) as p5
from range($stories) as t(i);

insert into story_revisions by name
select
    story_id || '-r' as revision_id, story_id, 'Headline of story ' || made.i as title, published_at, 'en' as language,
    concat_ws(chr(10), a.words, b.words, c.words, d.words, e.words) as text, md5(story_id) as text_hash, 400 as word_count, relevant,
    0.5 as relevance_score, '[]' as relevance_evidence, 'x' as extractor, published_at + interval 1 hour as first_captured_at,
    published_at + interval 1 day as last_captured_at, '2021-03-02/run-0001.warc.gz' as warc_file, made.i as warc_offset, 'run' as run_id,
    '1' as rules_version
from made
join paragraphs as a on a.i = p1
join paragraphs as b on b.i = p2
join paragraphs as c on c.i = p3
join paragraphs as d on d.i = p4
join paragraphs as e on e.i = p5;

insert into stories by name
select
    story_id, cluster_id, story_id || '-r' as revision_id, 'https://' || source_id || '.example/' || i as url, source_id,
    'Headline of story ' || i as title, published_at, 400 as word_count, relevant, 0.5 as relevance_score,
    published_at + interval 1 hour as first_captured_at, published_at + interval 1 day as last_captured_at, 1 as revision_count,
    '1' as rules_version
from made;

insert into clusters by name
select cluster_id, min(story_id) as lead_story_id, count(*) as story_count
from made
group by cluster_id;

insert into cluster_members by name
select story_id, cluster_id, 1 as similarity, 'same text' as reason
from made;

insert into fetches by name
select
    'f' || i as fetch_id, cast(timezone('UTC', tried_at) as date) as day, source_id, 'story' as purpose, url, tried_at, 'captured' as outcome,
    200 as http_status, 300000 as bytes, 400 as elapsed_ms, reading, story_id, story_id || '-r' as revision_id, 'run' as run_id
from (
    select i, source_id, 'https://' || source_id || '.example/' || i as url, published_at + interval 1 hour as tried_at, 'story' as reading, story_id
    from made
    union all
    select i, source_id, 'https://' || source_id || '.example/' || i, tried_at, 'off topic', null
    from (
        select $stories + i as i, 'source-' || chance(i, 16, $sources) as source_id, moment(i, 17) as tried_at
        from range(3 * $stories) as t(i)
    )
);

insert into statements by name
select
    'statement-' || i as statement_id, 'agency-' || chance(i, 18, $agencies) as agency_id, '[]' as agency_candidates,
    'speaker-' || chance(i, 19, 20000) as speaker_id, 'Speaker ' || chance(i, 19, 20000) as speaker, 'Sheriff' as role,
    list_extract(['speech', 'speech', 'speech', 'action', 'policy', 'claim'], 1 + chance(i, 20, 6)) as kind,
    list_extract(['cooperates', 'limits', 'refuses', 'unclear'], 1 + chance(i, 21, 4)) as stance,
    chance(i, 22, 2) = 0 as direct, 'We hold nobody without a warrant, said number ' || i as quote, moment(i, 23) as said_at,
    moment(i, 23) + interval 1 day as first_published_at, moment(i, 23) + interval 2 days as first_captured_at, 1 as mention_count,
    1 as story_count, 1 as cluster_count, 0.4 + chance(i, 24, 60) / 100.0 as confidence, '[]' as evidence, '1' as rules_version
from range($statements) as t(i);

insert into statement_mentions by name
select
    'mention-' || i as mention_id, 'statement-' || i as statement_id, 'story-' || chance(i, 25, $stories) as story_id,
    'story-' || chance(i, 25, $stories) || '-r' as revision_id, 0 as char_start, 10 as char_end, 'We hold no' as quote, '1' as rules_version
from range($statements) as t(i);
