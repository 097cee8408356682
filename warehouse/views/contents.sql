-- What does this file hold, and what does each thing in it mean? Columns are told by duckdb_columns(). The search index is a
-- file of its own, and is named here because nobody would look for it.
create or replace view contents as
select table_name as name, 'table' as kind, comment as meaning
from duckdb_tables()
where database_name = current_database() and not internal and not temporary
union all
select view_name, 'view', comment
from duckdb_views()
where database_name = current_database() and not internal and not temporary
union all
select distinct concat(function_name, '(', array_to_string(parameters, ', '), ')'), 'macro', comment
from duckdb_functions()
where database_name = current_database() and not internal and function_type in ('macro', 'table_macro')
union all
select
    'search.duckdb',
    'file',
    'The full-text index, a file beside this one, ranked (BM25) and with English word forms: ATTACH ''…/search.duckdb'' AS search (READ_ONLY); USE search; FROM search(''judicial warrant''). USE is needed, and DuckDB''s extension fts: install fts, or the Python package duckdb-extension-fts. Its own contents view says what it holds. Built once a day. Without it: search_plain'
order by name;
comment on view contents is 'Everything that this file holds, with its meaning, and the search index beside it: begin here';
comment on column contents.name is 'Name of the table, view, macro or file; of a macro with its parameters';
comment on column contents.kind is 'table, view, macro, or file for what lies beside this one';
comment on column contents.meaning is 'What it holds or answers. What a column means: select column_name, comment from duckdb_columns() where table_name = ''…''';
