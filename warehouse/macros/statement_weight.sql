-- How much does a statement count where positions are weighed against each other? Direct words half as much again.
create or replace macro statement_weight(confidence, direct) as
confidence * case when direct then 1.5 else 1 end;
comment on macro statement_weight is 'How much a statement counts among others of its agency: statement_weight(confidence, direct), its confidence, for direct words half as much again';
