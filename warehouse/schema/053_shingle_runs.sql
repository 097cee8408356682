-- The index of the sketches lies in sorted files beside the database; each text's part of it stays in story_sketches.
drop table if exists story_shingles;

create table shingle_runs (
    run_id           varchar not null,
    first_sketch_no  integer not null,
    last_sketch_no   integer not null,
    row_count        bigint not null,
    written_ns       bigint not null
);
comment on table shingle_runs is 'The files of the index that copies are looked up in; each can be written anew from story_sketches.index';
comment on column shingle_runs.run_id is 'Name of the file, without its ending';
comment on column shingle_runs.first_sketch_no is 'The first text in it (story_sketches.sketch_no)';
comment on column shingle_runs.last_sketch_no is 'The last text in it';
comment on column shingle_runs.row_count is 'Rows in it, one for each shingle of each text';
comment on column shingle_runs.written_ns is 'When the file was written, in nanoseconds since 1970: one that was written to since is made anew';
