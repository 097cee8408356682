-- What has each agency said or done, in whose words, and where does it stand?
-- Earliest story of each statement; rejected statements are left out.
create or replace view agency_statements as
select
    s.statement_id,
    s.agency_id,
    a.name as agency,
    a.kind as agency_kind,
    a.state,
    a.county_fips,
    s.kind,
    s.stance,
    s.direct,
    s.quote,
    s.speaker_id,
    s.speaker,
    s.role,
    s.claimant,
    s.said_at,
    s.said_at_raw,
    coalesce(s.said_at, s.first_published_at, s.first_captured_at) as happened_at,
    article_day(s.first_published_at, s.first_captured_at) as reported_on,
    s.cluster_count,
    s.story_count,
    s.confidence,
    s.corrected,
    o.source_id,
    o.name as outlet,
    t.title,
    t.url,
    f.in_latest_text,
    r.warc_file,
    r.warc_offset,
    r.run_id,
    s.rules_version
from statements as s
left join agencies as a on a.agency_id = s.agency_id
left join statement_reports as f on f.statement_id = s.statement_id and f.earliest
left join stories as t on t.story_id = f.story_id
left join sources as o on o.source_id = t.source_id
left join story_revisions as r on r.revision_id = f.revision_id
where not s.rejected
order by s.agency_id, happened_at, s.statement_id;
comment on view agency_statements is 'What agencies are reported to have said or done, one row for each statement, with its earliest story; rejected ones left out. Claims of others about an agency are in it, too: where kind <> ''claim'' for its own words and acts. The state is that of the agency';
comment on column agency_statements.statement_id is 'The statement (statements.statement_id)';
comment on column agency_statements.agency_id is 'Whose statement it is (agencies.agency_id); null where the story leaves it undecided';
comment on column agency_statements.agency is 'Name of the agency';
comment on column agency_statements.agency_kind is 'police, sheriff, state police, corrections, prosecutor, federal or other';
comment on column agency_statements.state is 'State of the agency, two letters';
comment on column agency_statements.county_fips is 'County of the agency, five-digit FIPS code';
comment on column agency_statements.kind is 'speech (the agency''s own words), action, policy, or claim (somebody else says so of the agency)';
comment on column agency_statements.stance is 'cooperates, limits, refuses or unclear; of a claim: what is claimed';
comment on column agency_statements.direct is 'True where the words stand inside quotation marks';
comment on column agency_statements.quote is 'The words, as they stand in the earliest story';
comment on column agency_statements.speaker_id is 'Who spoke (speakers.speaker_id)';
comment on column agency_statements.speaker is 'Name of the speaker as printed';
comment on column agency_statements.role is 'Title of the speaker as printed';
comment on column agency_statements.claimant is 'Who claims it, where kind is claim';
comment on column agency_statements.said_at is 'When it was said or done, UTC; null where no story tells';
comment on column agency_statements.said_at_raw is 'The wording of that time, e.g. Monday';
comment on column agency_statements.happened_at is 'said_at; where no story tells it, the first publication: what to sort by';
comment on column agency_statements.reported_on is 'Day of first report, UTC';
comment on column agency_statements.cluster_count is 'Distinct reporting that carries it';
comment on column agency_statements.story_count is 'Stories that carry it, copies included';
comment on column agency_statements.confidence is 'How sure the reading is, 0 to 1';
comment on column agency_statements.corrected is 'True where an editor has set stance or agency right (corrections)';
comment on column agency_statements.source_id is 'The outlet of the earliest story: earliest published, then captured, as the lead of a cluster (sources.source_id)';
comment on column agency_statements.outlet is 'Name of that outlet';
comment on column agency_statements.title is 'Headline of the earliest story';
comment on column agency_statements.url is 'Address of the earliest story';
comment on column agency_statements.in_latest_text is 'False where the latest text of that story no longer has it: the outlet withdrew or altered it (story_changes); other stories may still have it (statement_reports)';
comment on column agency_statements.warc_file is 'WARC file of the text of that story in which it stands, relative to the archive';
comment on column agency_statements.warc_offset is 'Offset of the record in that file, in bytes';
comment on column agency_statements.run_id is 'The crawl that captured it';
comment on column agency_statements.rules_version is 'Version of the rules that read it';
