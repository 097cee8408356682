-- What did agencies say and do each month by each agency, and with which stance?
create or replace view statements_by_agency_and_month as
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
from statements_over_time('month', 'agency', false);
comment on view statements_by_agency_and_month is 'Statements of agencies by month and agency and stance, with their denominator; claims of others and federal bodies left out. The state is that of the agency';
comment on column statements_by_agency_and_month.month is 'Month of first report, by its first day; none is left out';
comment on column statements_by_agency_and_month.agency_id is 'The agency (agencies.agency_id)';
comment on column statements_by_agency_and_month.state is 'State of the agency, two letters';
comment on column statements_by_agency_and_month.statements is 'Distinct statements first reported in that period, however many stories carry them';
comment on column statements_by_agency_and_month.cooperates is 'Of these: stance cooperates';
comment on column statements_by_agency_and_month.limits is 'Of these: stance limits';
comment on column statements_by_agency_and_month.refuses is 'Of these: stance refuses';
comment on column statements_by_agency_and_month.unclear is 'Of these: stance unclear';
comment on column statements_by_agency_and_month.cooperates_share is 'Share of cooperates among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_agency_and_month.limits_share is 'Share of limits among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_agency_and_month.refuses_share is 'Share of refuses among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_agency_and_month.captured_articles is 'All articles in that period of outlets of the same state, off-topic ones included: the denominator';
comment on column statements_by_agency_and_month.captured_articles_everywhere is 'All articles in that period of every outlet';
