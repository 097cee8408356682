-- What did agencies say and do each month in each county, and with which stance, counting only outlets collected throughout (panel_outlets)?
create or replace view statements_by_county_and_month_panel as
select
    m.starts_on as month,
    m.state,
    m.county_fips,
    c.name as county,
    m.statements,
    m.cooperates,
    m.limits,
    m.refuses,
    m.unclear,
    m.cooperates_share,
    m.limits_share,
    m.refuses_share,
    m.captured_articles,
    m.captured_articles_everywhere
from statements_over_time('month', 'county', true) as m
left join counties as c on c.county_fips = m.county_fips
order by m.starts_on, m.state, m.county_fips;
comment on view statements_by_county_and_month_panel is 'Statements of agencies by month and county of the agency and stance, with their denominator; claims of others and federal bodies left out; only as carried by outlets collected in every month of the capture period. A panel of one month (capture_period.months) proves nothing';
comment on column statements_by_county_and_month_panel.month is 'Month of first report, by its first day; none is left out';
comment on column statements_by_county_and_month_panel.state is 'State of the agency, two letters';
comment on column statements_by_county_and_month_panel.county_fips is 'County of the agency, five-digit FIPS code';
comment on column statements_by_county_and_month_panel.county is 'Its name; null where the code is unknown';
comment on column statements_by_county_and_month_panel.statements is 'Distinct statements first reported in that period, however many stories carry them';
comment on column statements_by_county_and_month_panel.cooperates is 'Of these: stance cooperates';
comment on column statements_by_county_and_month_panel.limits is 'Of these: stance limits';
comment on column statements_by_county_and_month_panel.refuses is 'Of these: stance refuses';
comment on column statements_by_county_and_month_panel.unclear is 'Of these: stance unclear';
comment on column statements_by_county_and_month_panel.cooperates_share is 'Share of cooperates among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_county_and_month_panel.limits_share is 'Share of limits among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_county_and_month_panel.refuses_share is 'Share of refuses among those not unclear, 0 to 1; null where there are none';
comment on column statements_by_county_and_month_panel.captured_articles is 'All articles in that period of outlets of the same state, off-topic ones included: the denominator';
comment on column statements_by_county_and_month_panel.captured_articles_everywhere is 'All articles in that period of every outlet';
