-- What did agencies say and do each day, and with which stance, counting only outlets collected throughout (panel_outlets)?
create or replace view statements_by_day_panel as
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
from statements_over_time('day', 'country', true);
comment on view statements_by_day_panel is 'Statements of agencies by day and stance, with their denominator; claims of others and federal bodies left out; only as carried by outlets collected in every month of the capture period. A panel of one month (capture_period.months) proves nothing';
comment on column statements_by_day_panel.day is 'Day of first report, UTC; none is left out';
comment on column statements_by_day_panel.statements is 'Distinct statements first reported in that period, however many stories carry them';
comment on column statements_by_day_panel.cooperates is 'Of these: stance cooperates';
comment on column statements_by_day_panel.limits is 'Of these: stance limits';
comment on column statements_by_day_panel.refuses is 'Of these: stance refuses';
comment on column statements_by_day_panel.unclear is 'Of these: stance unclear';
comment on column statements_by_day_panel.cooperates_share is 'Share of cooperates among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_day_panel.limits_share is 'Share of limits among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_day_panel.refuses_share is 'Share of refuses among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_day_panel.captured_articles is 'All articles of those outlets in that period, off-topic ones included: the denominator';
