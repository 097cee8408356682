-- How many agreements were signed and ended each month, by model, and how many held?
create or replace view agreements_by_month as
with events as (
    select
        model,
        date_trunc('month', coalesce(signed_on, first_seen_on)) as month,
        1 as signed,
        0 as ended
    from agreements
    where status <> 'pending'
    union all
    select model, date_trunc('month', last_seen_on), 0, 1
    from agreements
    where status = 'ended'
),
grid as (
    select models.model, months.month, 0 as signed, 0 as ended
    from (select distinct model from events) as models
    cross join (
        select unnest(generate_series(
            (select min(month) from events),
            (select date_trunc('month', max(last_seen_on)) from agreements),
            interval 1 month
        )) as month
    ) as months
),
counts as (
    select model, cast(month as date) as month, sum(signed) as signed, sum(ended) as ended
    from (from events union all from grid)
    group by all
)
select
    month,
    model,
    cast(signed as bigint) as signed,
    cast(ended as bigint) as ended,
    cast(sum(signed - ended) over (partition by model order by month) as bigint) as active_at_end
from counts
order by month, model;
comment on view agreements_by_month is 'Agreements signed and ended by month and model, with those that held at the end of the month: the denominator';
comment on column agreements_by_month.month is 'Month, by its first day; none is left out';
comment on column agreements_by_month.model is 'Model of agreement';
comment on column agreements_by_month.signed is 'Agreements signed; where no day of signing is known, first listed';
comment on column agreements_by_month.ended is 'Agreements listed for the last time, and gone from a later list';
comment on column agreements_by_month.active_at_end is 'Agreements that held at the end of the month: the denominator';
