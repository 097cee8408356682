-- One row for each distinct text of a story.
create table story_revisions (
    revision_id         varchar primary key,
    story_id            varchar not null,
    title               varchar,
    byline              varchar,
    published_at        timestamptz,
    published_at_raw    varchar,
    published_source    varchar,
    modified_at         timestamptz,
    language            varchar,
    text                varchar not null,
    text_hash           varchar not null,
    word_count          integer not null check (word_count >= 0),
    access_hint         varchar check (access_hint in ('paywall', 'truncated')),
    relevant            boolean not null,
    relevance_score     double not null check (relevance_score between 0 and 1),
    relevance_evidence  varchar not null,
    extractor           varchar not null,
    first_captured_at   timestamptz not null,
    last_captured_at    timestamptz not null,
    warc_file           varchar not null,
    warc_offset         bigint not null,
    run_id              varchar not null,
    rules_version       varchar not null
);
comment on table story_revisions is 'One row for each distinct text of a story';
comment on column story_revisions.revision_id is 'Identifier, derived from the story and its text';
comment on column story_revisions.story_id is 'The story (stories.story_id)';
comment on column story_revisions.title is 'Headline';
comment on column story_revisions.byline is 'Author line as printed';
comment on column story_revisions.published_at is 'When the page says it was published, UTC';
comment on column story_revisions.published_at_raw is 'That date as it stood on the page';
comment on column story_revisions.published_source is 'Where that date stood: json-ld, meta, time, url or text';
comment on column story_revisions.modified_at is 'When the page says it was last changed, UTC';
comment on column story_revisions.language is 'Language of the text, ISO 639-1';
comment on column story_revisions.text is 'The article text; offsets of statements count its characters';
comment on column story_revisions.text_hash is 'SHA-256 of the text, white space folded';
comment on column story_revisions.word_count is 'Words in the text';
comment on column story_revisions.access_hint is 'paywall or truncated where the page says, or its capture shows, that the text is not whole';
comment on column story_revisions.relevant is 'Whether this text is substantially about local cooperation with immigration enforcement';
comment on column story_revisions.relevance_score is 'Score behind relevant, 0 to 1';
comment on column story_revisions.relevance_evidence is 'Why: a JSON list of rule, words and score';
comment on column story_revisions.extractor is 'Name and version of the text extractor';
comment on column story_revisions.first_captured_at is 'First capture of this text, UTC';
comment on column story_revisions.last_captured_at is 'Latest capture of this text, UTC';
comment on column story_revisions.warc_file is 'WARC file of its first capture, relative to the archive';
comment on column story_revisions.warc_offset is 'Offset of the record in that file, in bytes';
comment on column story_revisions.run_id is 'The crawl that captured it first';
comment on column story_revisions.rules_version is 'Version of the rules that read it';
