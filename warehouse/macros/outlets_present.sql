-- Which outlets gave us articles in every month of a window? A panel of these does not grow with the registry.
create or replace macro outlets_present(since, until) as table
with span as (
    select
        date_trunc('month', cast(since as date)) as first_month,
        date_trunc('month', cast(until as date)) as last_month
),
months as (
    select distinct d.source_id, date_trunc('month', d.day) as month
    from source_days as d
    cross join span
    where d.captured > 0
        and date_trunc('month', d.day) between span.first_month and span.last_month
),
counts as (
    select source_id, count(*) as months
    from months
    group by source_id
)
select c.source_id
from counts as c
join span on c.months = date_diff('month', span.first_month, span.last_month) + 1;
comment on macro table outlets_present is 'Outlets with articles captured in every month of a window: outlets_present(''2026-01-01'', ''2026-06-30'')';
