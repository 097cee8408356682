-- Whether an editor has found that a statement is none. (DuckDB adds one column to a filled table in one transaction.)
alter table statements add column rejected boolean default false;
comment on column statements.rejected is 'True where an editor found that this is no statement of an agency: views leave it out';
