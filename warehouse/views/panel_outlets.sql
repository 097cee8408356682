-- Which outlets have been collected in every month of the capture period? Its latest month is not asked of them, as it may
-- have just begun.
create or replace view panel_outlets as
select source_id
from outlets_present((select first_month from capture_period), (select last_whole_month from capture_period))
order by source_id;
comment on view panel_outlets is 'The constant panel: outlets with articles captured in every whole month of the capture period (capture_period.last_whole_month). Trends over them do not grow with the registry. A panel of one month (capture_period.months) proves nothing';
comment on column panel_outlets.source_id is 'The outlet (sources.source_id)';
