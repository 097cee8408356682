-- How many statements of each stance were first reported each day in each state? The sums of statement_days that trends by
-- state read.
create or replace view stance_days as
select state, false as in_panel, day, stance, count(*) as statements
from statement_days
group by all
union all
select state, true, panel_day, stance, count(*)
from statement_days
where panel_day is not null
group by all
order by in_panel, day, state, stance;
comment on view stance_days is 'Statements of agencies by day of first report, state and stance: statement_days summed up. The state is that of the agency';
comment on column stance_days.state is 'State of the agency, two letters; null where the agency is undecided';
comment on column stance_days.in_panel is 'False: as first reported by anybody; true: as first reported by an outlet of the constant panel (panel_outlets). Do not add the two up';
comment on column stance_days.day is 'Day of that report, UTC';
comment on column stance_days.stance is 'cooperates, limits, refuses or unclear';
comment on column stance_days.statements is 'Distinct statements';
