-- Which officials are quoted most, for which agency, and where do they stand?
create or replace view most_quoted_officials as
with spoken as (
    select
        coalesce(s.speaker_id, concat_ws(':', s.agency_id, s.speaker)) as official_id,
        s.agency_id,
        s.statement_id,
        s.speaker,
        s.role,
        s.stance,
        s.direct,
        s.first_captured_at
    from statements as s
    join agencies as a on a.agency_id = s.agency_id
    where s.kind = 'speech'
        and s.speaker is not null
        and not s.rejected
        and a.kind <> 'federal'
),
said as (
    select
        official_id,
        agency_id,
        arg_max(speaker, (first_captured_at, statement_id)) as speaker,
        arg_max(role, (first_captured_at, statement_id)) as role,
        count(*) as statements,
        count(*) filter (where direct) as direct,
        count(*) filter (where stance = 'cooperates') as cooperates,
        count(*) filter (where stance = 'limits') as limits,
        count(*) filter (where stance = 'refuses') as refuses,
        count(*) filter (where stance = 'unclear') as unclear
    from spoken
    group by official_id, agency_id
),
carried as (
    select
        s.official_id,
        s.agency_id,
        count(distinct r.cluster_id) as clusters,
        count(distinct r.story_id) as coverage,
        max(r.day) as last_quoted_on
    from spoken as s
    join statement_reports as r on r.statement_id = s.statement_id
    group by s.official_id, s.agency_id
)
select
    s.official_id,
    s.speaker,
    s.role,
    s.agency_id,
    a.name as agency,
    a.state,
    s.statements,
    s.direct,
    coalesce(c.clusters, 0) as clusters,
    coalesce(c.coverage, 0) as coverage,
    s.cooperates,
    s.limits,
    s.refuses,
    s.unclear,
    c.last_quoted_on
from said as s
join agencies as a on a.agency_id = s.agency_id
left join carried as c on c.official_id = s.official_id and c.agency_id = s.agency_id
order by clusters desc, s.statements desc, s.official_id;
comment on view most_quoted_officials is 'Officials who speak for agencies, by distinct reporting (clusters), then by statements. Quoted are words in quotation marks and words told in a reporter''s own (said that …), of stance unclear as well; claims, acts and policies are not. An official whom stories name in two ways may stand here twice. The state is that of the agency';
comment on column most_quoted_officials.official_id is 'The official: speakers.speaker_id, or agency and name as printed';
comment on column most_quoted_officials.speaker is 'Name as the latest statement prints it';
comment on column most_quoted_officials.role is 'Title as the latest statement prints it';
comment on column most_quoted_officials.agency_id is 'The agency (agencies.agency_id)';
comment on column most_quoted_officials.agency is 'Its name';
comment on column most_quoted_officials.state is 'Its state, two letters';
comment on column most_quoted_officials.statements is 'Distinct statements, in quotation marks or not';
comment on column most_quoted_officials.direct is 'Of these: in quotation marks';
comment on column most_quoted_officials.clusters is 'Distinct reporting that carries them';
comment on column most_quoted_officials.coverage is 'Stories that carry them, copies included';
comment on column most_quoted_officials.cooperates is 'Statements of stance cooperates';
comment on column most_quoted_officials.limits is 'Statements of stance limits';
comment on column most_quoted_officials.refuses is 'Statements of stance refuses';
comment on column most_quoted_officials.unclear is 'Statements of stance unclear: with the three others they add up to statements';
comment on column most_quoted_officials.last_quoted_on is 'Day of the latest story that quotes the official, UTC';
