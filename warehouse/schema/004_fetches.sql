-- Every try at an address, with its outcome, and what the pipeline made of what came back.
create table fetches (
    fetch_id        varchar primary key,
    day             date not null,
    source_id       varchar not null,
    purpose         varchar not null,
    url             varchar not null,
    tried_at        timestamptz not null,
    outcome         fetch_outcome not null,
    reason          varchar,
    http_status     integer,
    location        varchar,
    bytes           bigint,
    elapsed_ms      integer,
    reading         reading,
    reading_reason  varchar,
    story_id        varchar,
    revision_id     varchar,
    digest          varchar,
    warc_file       varchar,
    warc_offset     bigint,
    run_id          varchar not null,
    rules_version   varchar,
    check (reading is not null or outcome <> 'captured')
);
comment on table fetches is 'Every try at an address, with its outcome, and what the pipeline made of what came back';
comment on column fetches.fetch_id is 'Identifier of the try, derived from its place in the archive or crawl log';
comment on column fetches.day is 'Day of the try in UTC: the partition that reads it';
comment on column fetches.source_id is 'The source on whose behalf the address was fetched (sources.source_id)';
comment on column fetches.purpose is 'story, endpoint (feed, sitemap, listing), robots or discovery';
comment on column fetches.url is 'Address as fetched';
comment on column fetches.tried_at is 'Time of the try, UTC';
comment on column fetches.outcome is 'captured, unchanged (304), redirected, robots (disallowed), error, or skipped';
comment on column fetches.reason is 'Why it failed or was skipped, in words';
comment on column fetches.http_status is 'HTTP status, where a response came';
comment on column fetches.location is 'Where a redirect led';
comment on column fetches.bytes is 'Size of the response body as received, in bytes';
comment on column fetches.elapsed_ms is 'Time from request to end of response, in milliseconds';
comment on column fetches.reading is 'What the pipeline made of the capture: story, off topic (fails the byte filter), unreadable, endpoint, not a page, or unchanged (same bytes as before)';
comment on column fetches.reading_reason is 'In words: why a capture is unreadable or not a page, what is wrong with the body of a story, or why it was not read for statements';
comment on column fetches.story_id is 'The story that it shows (stories.story_id)';
comment on column fetches.revision_id is 'The text of the story that it shows (story_revisions.revision_id)';
comment on column fetches.digest is 'SHA-1 of the body in base 32, as in the WARC';
comment on column fetches.warc_file is 'WARC file of the record, relative to the archive';
comment on column fetches.warc_offset is 'Offset of the record in that file, in bytes';
comment on column fetches.run_id is 'The run that made the try';
comment on column fetches.rules_version is 'Version of the rules that read it';
