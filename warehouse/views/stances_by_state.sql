-- How many agencies of each state stand where?
create or replace view stances_by_state as
select
    state,
    count(*) as agencies,
    count(*) filter (where stance = 'cooperates') as cooperates,
    count(*) filter (where stance = 'limits') as limits,
    count(*) filter (where stance = 'refuses') as refuses,
    count(*) filter (where confirmed) as confirmed
from current_stances
group by state
order by state;
comment on view stances_by_state is 'Agencies of each state by their current stance (current_stances), confirmed or not. The state is that of the agency';
comment on column stances_by_state.state is 'State, two letters';
comment on column stances_by_state.agencies is 'Agencies heard of that took a stance';
comment on column stances_by_state.cooperates is 'Of these: now cooperating';
comment on column stances_by_state.limits is 'Of these: now limiting';
comment on column stances_by_state.refuses is 'Of these: now refusing';
comment on column stances_by_state.confirmed is 'Of all these agencies: those whose current stance is confirmed by the rule of position_changes';
