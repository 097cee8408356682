-- Over which months has collecting gone on without a month's break up to now?
create or replace view capture_period as
with months as (
    select distinct date_trunc('month', day) as month
    from source_days
    where captured > 0
),
runs as (
    select
        month,
        month - to_months(cast(row_number() over (order by month) as integer)) as run
    from months
)
select
    cast(min(month) as date) as first_month,
    cast(max(month) as date) as last_month,
    cast(greatest(min(month), max(month) - interval 1 month) as date) as last_whole_month,
    count(*) as months
from runs
where run = (select max(run) from runs);
comment on view capture_period is 'The months over which collecting has gone on without a month''s break up to the latest; the panels cover them. Older stories are what feeds, sitemaps and archives still held. A panel of one month proves nothing: look at months';
comment on column capture_period.first_month is 'First day of the first month';
comment on column capture_period.last_month is 'First day of the latest month, which may not be over';
comment on column capture_period.last_whole_month is 'First day of the latest month that is over; of the first where there is no other. An outlet of the panel has articles in every month up to this one';
comment on column capture_period.months is 'How many months these are; with 1 the panels are no panel: every outlet is in them, and there is no month to compare with';
