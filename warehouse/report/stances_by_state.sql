-- How many agencies of each state stand where now?
select
    state,
    agencies,
    cooperates,
    limits,
    refuses
from stances_by_state
where state is not null
order by agencies desc, state;
