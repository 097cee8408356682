-- What did agencies say and do each day, and with which stance?
create or replace view statements_by_day as
select
    starts_on as day,
    statements,
    cooperates,
    limits,
    refuses,
    unclear,
    cooperates_share,
    limits_share,
    refuses_share,
    captured_articles
from statements_over_time('day', 'country', false);
comment on view statements_by_day is 'Statements of agencies by day and stance, with their denominator; claims of others and federal bodies left out';
comment on column statements_by_day.day is 'Day of first report, UTC; none is left out';
comment on column statements_by_day.statements is 'Distinct statements first reported in that period, however many stories carry them';
comment on column statements_by_day.cooperates is 'Of these: stance cooperates';
comment on column statements_by_day.limits is 'Of these: stance limits';
comment on column statements_by_day.refuses is 'Of these: stance refuses';
comment on column statements_by_day.unclear is 'Of these: stance unclear';
comment on column statements_by_day.cooperates_share is 'Share of cooperates among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_day.limits_share is 'Share of limits among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_day.refuses_share is 'Share of refuses among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_day.captured_articles is 'All articles of those outlets in that period, off-topic ones included: the denominator';
