-- What has an agency said, done and signed, in order?
create or replace view agency_timeline as
select
    s.agency_id,
    s.agency,
    s.happened_at,
    cast(s.kind as varchar) as event,
    s.stance,
    s.quote as words,
    s.speaker,
    s.role,
    s.claimant,
    s.direct,
    s.cluster_count,
    s.story_count,
    s.confidence,
    s.corrected,
    s.outlet,
    s.url,
    s.in_latest_text,
    s.statement_id,
    null as agreement_id
from agency_statements as s
where s.agency_id is not null
union all
select
    g.agency_id,
    a.name,
    timezone('UTC', cast(coalesce(g.signed_on, g.first_seen_on) as timestamp)),
    case when g.signed_on is null then 'agreement listed' else 'agreement signed' end,
    null, g.model, null, null, null, false, 0, 0, null, false, null, null, null, null, g.agreement_id
from agreements as g
left join agencies as a on a.agency_id = g.agency_id
where g.status <> 'pending'
union all
select
    g.agency_id,
    a.name,
    timezone('UTC', cast(g.last_seen_on as timestamp)),
    'agreement ended',
    null, g.model, null, null, null, false, 0, 0, null, false, null, null, null, null, g.agreement_id
from agreements as g
left join agencies as a on a.agency_id = g.agency_id
where g.status = 'ended';
comment on view agency_timeline is 'What each agency has said, done and signed; filter by agency_id and sort by happened_at';
comment on column agency_timeline.agency_id is 'The agency (agencies.agency_id)';
comment on column agency_timeline.agency is 'Its name';
comment on column agency_timeline.happened_at is 'When it was said, done or signed, UTC; first publication where no story tells, first listing where no list tells';
comment on column agency_timeline.event is 'speech, action, policy, claim (of somebody else about the agency), agreement signed, agreement listed (day of signing unknown) or agreement ended (last day listed)';
comment on column agency_timeline.stance is 'cooperates, limits, refuses or unclear; null for agreements';
comment on column agency_timeline.words is 'The words of the statement, or the model of the agreement';
comment on column agency_timeline.speaker is 'Name of the speaker as printed';
comment on column agency_timeline.role is 'Title of the speaker as printed';
comment on column agency_timeline.claimant is 'Who claims it, where event is claim';
comment on column agency_timeline.direct is 'True where the words stand inside quotation marks';
comment on column agency_timeline.cluster_count is 'Distinct reporting that carries it';
comment on column agency_timeline.story_count is 'Stories that carry it, copies included';
comment on column agency_timeline.confidence is 'How sure the reading is, 0 to 1; null for agreements';
comment on column agency_timeline.corrected is 'True where an editor has set it right (corrections)';
comment on column agency_timeline.outlet is 'Outlet of the earliest story; null for agreements';
comment on column agency_timeline.url is 'Address of the earliest story; null for agreements';
comment on column agency_timeline.in_latest_text is 'False where the latest text of that story no longer has it; null for agreements';
comment on column agency_timeline.statement_id is 'The statement (statements.statement_id)';
comment on column agency_timeline.agreement_id is 'The agreement (agreements.agreement_id)';
