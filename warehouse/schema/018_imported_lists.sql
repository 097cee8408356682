-- The official lists that were imported.
create table imported_lists (
    list_file   varchar primary key,
    kind        varchar not null check (kind in ('agencies', 'agreements')),
    digest      varchar not null,
    row_count   integer not null,
    unmatched   integer not null,
    rules_version varchar not null
);
comment on table imported_lists is 'The official lists of agencies and of 287(g) agreements that were imported';
comment on column imported_lists.list_file is 'Name under which the list is kept in the data home';
comment on column imported_lists.kind is 'agencies (FBI, PDAP) or agreements (ICE)';
comment on column imported_lists.digest is 'SHA-256 of the file';
comment on column imported_lists.row_count is 'Rows taken from it';
comment on column imported_lists.unmatched is 'Rows whose agency the register did not know: it got an id of ours';
comment on column imported_lists.rules_version is 'Version of the rules that matched its names';
