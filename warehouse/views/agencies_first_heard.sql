-- Which agencies were first heard in a window? Filter by first_heard_on.
-- Of statements first reported at one time the weightiest counts, as in current_stances; then the lesser id.
create or replace view agencies_first_heard as
with own as (
    select
        s.agency_id,
        s.statement_id,
        s.stance,
        s.quote,
        article_day(s.first_published_at, s.first_captured_at) as day,
        coalesce(s.first_published_at, s.first_captured_at) as reported_at,
        -statement_weight(s.confidence, s.direct) as lightness
    from statements as s
    where s.kind <> 'claim'
        and not s.rejected
)
select
    a.agency_id,
    a.name as agency,
    a.kind as agency_kind,
    a.state,
    a.county_fips,
    min(own.day) as first_heard_on,
    arg_min(own.statement_id, (own.day, own.reported_at, own.lightness, own.statement_id)) as statement_id,
    arg_min(own.stance, (own.day, own.reported_at, own.lightness, own.statement_id)) as stance,
    arg_min(own.quote, (own.day, own.reported_at, own.lightness, own.statement_id)) as quote,
    count(*) as statements
from own
join agencies as a on a.agency_id = own.agency_id
where a.kind <> 'federal'
group by all
order by first_heard_on desc, a.agency_id;
comment on view agencies_first_heard is 'Agencies by the day on which their own words or acts were first reported. The state is that of the agency';
comment on column agencies_first_heard.agency_id is 'The agency (agencies.agency_id)';
comment on column agencies_first_heard.agency is 'Its name';
comment on column agencies_first_heard.agency_kind is 'police, sheriff, state police, corrections, prosecutor or other';
comment on column agencies_first_heard.state is 'Its state, two letters';
comment on column agencies_first_heard.county_fips is 'Its county, five-digit FIPS code';
comment on column agencies_first_heard.first_heard_on is 'Day of the first report, UTC';
comment on column agencies_first_heard.statement_id is 'That first statement (statements.statement_id)';
comment on column agencies_first_heard.stance is 'Its stance';
comment on column agencies_first_heard.quote is 'Its words';
comment on column agencies_first_heard.statements is 'Own statements since then, all in all';
