-- What copies are recognized by: one small sketch for each text of each story. Random numbers do not compress, and a few
-- texts among many are read twice as fast where nothing has to be unpacked.
create table story_sketches (
    sketch_no    integer not null,
    revision_id  varchar not null,
    story_id     varchar not null,
    site         varchar not null,
    collection   boolean not null,
    hashes       blob not null using compression uncompressed,
    places       blob not null using compression uncompressed,
    index        blob not null using compression uncompressed,
    anchors      blob not null using compression uncompressed,
    index_size   integer not null
);
comment on table story_sketches is 'What copies are recognized by: one small sketch for each text of each story; worked out anew from story_revisions at any time';
comment on column story_sketches.sketch_no is 'Number in order of arrival in this database; means nothing outside it';
comment on column story_sketches.revision_id is 'The text (story_revisions.revision_id)';
comment on column story_sketches.story_id is 'Its story (stories.story_id)';
comment on column story_sketches.site is 'Registered domain of its publisher';
comment on column story_sketches.collection is 'True for a live blog, blotter or roundup, which is a copy only as a whole';
comment on column story_sketches.hashes is 'Hashes of one in four of its three-word shingles, 32-bit, ascending';
comment on column story_sketches.places is 'For each hash, the stretch of 50 words where it stands, plus 128 inside quotation marks';
comment on column story_sketches.anchors is 'Hashes of its names and numbers, 32-bit, ascending';
comment on column story_sketches.index is 'Hashes of one in eight of its five-word shingles, 32-bit, ascending: what it is looked up by';
comment on column story_sketches.index_size is 'Number of hashes in index';
