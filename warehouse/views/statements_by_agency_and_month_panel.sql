-- What did agencies say and do each month by each agency, and with which stance, counting only outlets collected throughout (panel_outlets)?
create or replace view statements_by_agency_and_month_panel as
select
    starts_on as month,
    agency_id,
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
from statements_over_time('month', 'agency', true);
comment on view statements_by_agency_and_month_panel is 'Statements of agencies by month and agency and stance, with their denominator; claims of others and federal bodies left out; only as carried by outlets collected in every month of the capture period. A panel of one month (capture_period.months) proves nothing. The state is that of the agency';
comment on column statements_by_agency_and_month_panel.month is 'Month of first report, by its first day; none is left out';
comment on column statements_by_agency_and_month_panel.agency_id is 'The agency (agencies.agency_id)';
comment on column statements_by_agency_and_month_panel.state is 'State of the agency, two letters';
comment on column statements_by_agency_and_month_panel.statements is 'Distinct statements first reported in that period, however many stories carry them';
comment on column statements_by_agency_and_month_panel.cooperates is 'Of these: stance cooperates';
comment on column statements_by_agency_and_month_panel.limits is 'Of these: stance limits';
comment on column statements_by_agency_and_month_panel.refuses is 'Of these: stance refuses';
comment on column statements_by_agency_and_month_panel.unclear is 'Of these: stance unclear';
comment on column statements_by_agency_and_month_panel.cooperates_share is 'Share of cooperates among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_agency_and_month_panel.limits_share is 'Share of limits among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_agency_and_month_panel.refuses_share is 'Share of refuses among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_agency_and_month_panel.captured_articles is 'All articles in that period of outlets of the same state, off-topic ones included: the denominator';
comment on column statements_by_agency_and_month_panel.captured_articles_everywhere is 'All articles in that period of every outlet';
