-- What did agencies say and do each month, and with which stance?
create or replace view statements_by_month as
select
    starts_on as month,
    statements,
    cooperates,
    limits,
    refuses,
    unclear,
    cooperates_share,
    limits_share,
    refuses_share,
    captured_articles
from statements_over_time('month', 'country', false);
comment on view statements_by_month is 'Statements of agencies by month and stance, with their denominator; claims of others and federal bodies left out';
comment on column statements_by_month.month is 'Month of first report, by its first day; none is left out';
comment on column statements_by_month.statements is 'Distinct statements first reported in that period, however many stories carry them';
comment on column statements_by_month.cooperates is 'Of these: stance cooperates';
comment on column statements_by_month.limits is 'Of these: stance limits';
comment on column statements_by_month.refuses is 'Of these: stance refuses';
comment on column statements_by_month.unclear is 'Of these: stance unclear';
comment on column statements_by_month.cooperates_share is 'Share of cooperates among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_month.limits_share is 'Share of limits among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_month.refuses_share is 'Share of refuses among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_month.captured_articles is 'All articles of those outlets in that period, off-topic ones included: the denominator';
