-- Which rules raise how much, and how much of it turned out not to be worth it?
create or replace view alert_noise as
with ruled as (
    select alert_id, statement_id, stance, agency_id, late, utc_day(raised_at) as day, unnest(rules) as rule
    from alerts
)
select
    ruled.rule,
    ruled.day,
    count(*) as alerts,
    count(*) filter (where ruled.late) as late_alerts,
    count(*) filter (where statements.rejected) as rejected_since,
    count(*) filter (where statements.corrected) as corrected_since,
    count(*) filter (where statements.statement_id is null) as gone_since,
    count(*) filter (
        where statements.stance is distinct from ruled.stance or statements.agency_id is distinct from ruled.agency_id
    ) as read_otherwise_since
from ruled
left join statements on statements.statement_id = ruled.statement_id
group by ruled.rule, ruled.day
order by ruled.day desc, ruled.rule;
comment on view alert_noise is 'Alerts by rule and day, and how many of them proved wrong or were read otherwise since';
comment on column alert_noise.rule is 'Name of the rule in alerts.yml';
comment on column alert_noise.day is 'Day on which they were raised, UTC';
comment on column alert_noise.alerts is 'Alerts raised under the rule';
comment on column alert_noise.late_alerts is 'Of these: found late';
comment on column alert_noise.rejected_since is 'Of these: an editor found that it is no statement';
comment on column alert_noise.corrected_since is 'Of these: an editor has set stance or agency right';
comment on column alert_noise.gone_since is 'Of these: no page shows the statement any more, as the rules now read it';
comment on column alert_noise.read_otherwise_since is 'Of these: stance or agency are read otherwise now';
