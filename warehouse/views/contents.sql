-- What does this file hold, and what does each thing in it mean? Columns are told by duckdb_columns().
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
order by name;
comment on view contents is 'Everything that this file holds, with its meaning: begin here';
comment on column contents.name is 'Name of the table, view or macro; of a macro with its parameters';
comment on column contents.kind is 'table, view or macro';
comment on column contents.meaning is 'What it holds or answers. What a column means: select column_name, comment from duckdb_columns() where table_name = ''…''';
