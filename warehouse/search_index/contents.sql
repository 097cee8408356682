-- What does this file hold, and what is it an index of?
create view contents as
select table_name as name, 'table' as kind, comment as meaning
from duckdb_tables()
where database_name = current_database() and schema_name = 'main' and not internal and not temporary
union all
select view_name, 'view', comment
from duckdb_views()
where database_name = current_database() and schema_name = 'main' and not internal and not temporary
union all
select distinct concat(function_name, '(', array_to_string(parameters, ', '), ')'), 'macro', comment
from duckdb_functions()
where database_name = current_database() and schema_name = 'main' and not internal and function_type = 'table_macro'
union all
select 'badgewire.duckdb', 'file', 'The published database beside this file, of which this is the index: sources, stories, statements, trends. Open it and begin with its contents'
order by name;
comment on view contents is 'Everything that this file holds, and what it is an index of: begin here';
comment on column contents.name is 'Name of the table, view, macro or file; of a macro with its parameters';
comment on column contents.kind is 'table, view, macro, or file for what lies beside this one';
comment on column contents.meaning is 'What it holds or answers';
