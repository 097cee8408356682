-- Whether an editor has set a statement right.
alter table statements add column corrected boolean default false;
comment on column statements.corrected is 'True where an editor has set stance or agency right; the table corrections says who and why';
