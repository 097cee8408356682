-- One row a story: a document's identity over time.
create table stories (
    story_id            varchar primary key,
    cluster_id          varchar not null,
    revision_id         varchar not null,
    url                 varchar not null,
    source_id           varchar not null,
    title               varchar,
    byline              varchar,
    published_at        timestamptz,
    published_at_raw    varchar,
    published_source    varchar,
    modified_at         timestamptz,
    language            varchar,
    word_count          integer not null check (word_count >= 0),
    access_hint         varchar check (access_hint in ('paywall', 'truncated')),
    relevant            boolean not null,
    relevance_score     double not null check (relevance_score between 0 and 1),
    first_captured_at   timestamptz not null,
    last_captured_at    timestamptz not null,
    revision_count      integer not null check (revision_count >= 1),
    rules_version       varchar not null
);
comment on table stories is 'One row a story: a document''s identity over time. Every document that passes the byte filter is a story; whether it is about our subject is the column relevant';
comment on column stories.story_id is 'Identifier, fixed at first sight: derived from the canonical address under which it was first seen';
comment on column stories.cluster_id is 'The reporting that it belongs to; copies of one wire story share it. Count distinct cluster_id to count reporting, story_id to count coverage';
comment on column stories.revision_id is 'Its latest text; one that is cut off only while no whole one is known (story_revisions.revision_id)';
comment on column stories.url is 'Its canonical address';
comment on column stories.source_id is 'Who published it (sources.source_id)';
comment on column stories.title is 'Headline of the latest text';
comment on column stories.byline is 'Author line as printed';
comment on column stories.published_at is 'When it was published, UTC; null where the page does not tell';
comment on column stories.published_at_raw is 'The publication date as it stood on the page';
comment on column stories.published_source is 'Where the publication date stood: json-ld, meta, time, url or text';
comment on column stories.modified_at is 'When the page says it was last changed, UTC';
comment on column stories.language is 'Language of the text, ISO 639-1';
comment on column stories.word_count is 'Words in the latest text';
comment on column stories.access_hint is 'paywall or truncated where the page says, or its capture shows, that the text is not whole';
comment on column stories.relevant is 'Whether it is substantially about local cooperation with immigration enforcement';
comment on column stories.relevance_score is 'Score behind relevant, 0 to 1';
comment on column stories.first_captured_at is 'First capture, UTC';
comment on column stories.last_captured_at is 'Latest capture or confirmation that nothing changed, UTC';
comment on column stories.revision_count is 'Distinct texts seen';
comment on column stories.rules_version is 'Version of the rules that read it';
