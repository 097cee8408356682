-- What did agencies say and do each week in each state, and with which stance?
create or replace view statements_by_state_and_week as
select
    starts_on as week,
    state,
    statements,
    cooperates,
    limits,
    refuses,
    unclear,
    cooperates_share,
    limits_share,
    refuses_share,
    captured_articles,
    captured_articles_everywhere
from statements_over_time('week', 'state', false);
comment on view statements_by_state_and_week is 'Statements of agencies by week and state of the agency and stance, with their denominator; claims of others and federal bodies left out';
comment on column statements_by_state_and_week.week is 'Week of first report, by its Monday; none is left out';
comment on column statements_by_state_and_week.state is 'State of the agency, two letters; null where the story leaves the agency undecided';
comment on column statements_by_state_and_week.statements is 'Distinct statements first reported in that period, however many stories carry them';
comment on column statements_by_state_and_week.cooperates is 'Of these: stance cooperates';
comment on column statements_by_state_and_week.limits is 'Of these: stance limits';
comment on column statements_by_state_and_week.refuses is 'Of these: stance refuses';
comment on column statements_by_state_and_week.unclear is 'Of these: stance unclear';
comment on column statements_by_state_and_week.cooperates_share is 'Share of cooperates among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_state_and_week.limits_share is 'Share of limits among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_state_and_week.refuses_share is 'Share of refuses among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_state_and_week.captured_articles is 'All articles in that period of outlets of the same state, off-topic ones included: the denominator';
comment on column statements_by_state_and_week.captured_articles_everywhere is 'All articles in that period of every outlet';
