-- The index of the sketches: in which texts does a shingle stand?
create table story_shingles (
    hash       uinteger not null,
    sketch_no  integer not null
);
comment on table story_shingles is 'The index of the sketches: each five-word shingle of story_sketches.index with the text that it stands in';
comment on column story_shingles.hash is 'Hash of five consecutive words';
comment on column story_shingles.sketch_no is 'The text (story_sketches.sketch_no)';
