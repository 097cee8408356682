-- On which day was each statement of an agency's own first reported, by anybody and by an outlet of the panel?
-- Claims of others, federal bodies and rejected statements are left out.
create or replace view statement_days as
with in_panel as (
    select statement_id, min(day) as day
    from statement_reports
    where source_id in (select source_id from panel_outlets)
    group by statement_id
)
select
    s.statement_id,
    s.agency_id,
    a.state,
    a.county_fips,
    s.stance,
    article_day(s.first_published_at, s.first_captured_at) as day,
    p.day as panel_day
from statements as s
left join agencies as a on a.agency_id = s.agency_id
left join in_panel as p on p.statement_id = s.statement_id
where s.kind <> 'claim'
    and not s.rejected
    and a.kind is distinct from 'federal'
order by s.agency_id, day;
comment on view statement_days is 'The day on which each statement of an agency''s own was first reported; claims of others, federal bodies and rejected statements left out. The state is that of the agency';
comment on column statement_days.statement_id is 'The statement (statements.statement_id)';
comment on column statement_days.agency_id is 'Whose statement it is (agencies.agency_id); null where the story leaves it undecided';
comment on column statement_days.state is 'State of the agency, two letters';
comment on column statement_days.county_fips is 'County of the agency, five-digit FIPS code';
comment on column statement_days.stance is 'cooperates, limits, refuses or unclear';
comment on column statement_days.day is 'Day of first report, UTC';
comment on column statement_days.panel_day is 'Day of first report by an outlet of the constant panel (panel_outlets); null where none carried it';
