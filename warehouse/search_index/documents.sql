-- What can be searched: the latest text of each story with its headline, and each statement.
create table documents (
    document_id   varchar not null,
    kind          varchar not null,
    story_id      varchar,
    statement_id  varchar,
    cluster_id    varchar,
    state         varchar,
    day           date not null,
    outlet        varchar,
    relevant      boolean not null,
    title         varchar,
    text          varchar not null,
    url           varchar
);
comment on table documents is 'What can be searched: the latest text of each story with its headline, and each statement';
comment on column documents.document_id is 'Identifier: kind and id';
comment on column documents.kind is 'story or statement';
comment on column documents.story_id is 'The story, or the earliest one that carries the statement (stories.story_id)';
comment on column documents.statement_id is 'The statement (statements.statement_id)';
comment on column documents.cluster_id is 'The reporting that the story belongs to';
comment on column documents.state is 'State of the outlet, of a statement that of its agency';
comment on column documents.day is 'Day of publication or first report, UTC';
comment on column documents.outlet is 'Name of the outlet';
comment on column documents.relevant is 'Whether the story is about our subject; true for statements';
comment on column documents.title is 'Headline';
comment on column documents.text is 'Text of the story, or words of the statement with speaker and agency';
comment on column documents.url is 'Address of the story';

insert into documents
select
    'story:' || s.story_id,
    'story',
    s.story_id,
    null,
    s.cluster_id,
    o.state,
    published.article_day(s.published_at, s.first_captured_at),
    o.name,
    s.relevant,
    s.title,
    r.text,
    s.url
from published.stories as s
join published.story_revisions as r on r.revision_id = s.revision_id
join published.sources as o on o.source_id = s.source_id
order by s.story_id;

insert into documents
select
    'statement:' || s.statement_id,
    'statement',
    f.story_id,
    s.statement_id,
    t.cluster_id,
    a.state,
    published.article_day(s.first_published_at, s.first_captured_at),
    o.name,
    true,
    t.title,
    concat_ws(' ', s.quote, s.speaker, s.role, a.name),
    t.url
from published.statements as s
left join published.agencies as a on a.agency_id = s.agency_id
left join published.statement_reports as f on f.statement_id = s.statement_id and f.earliest
left join published.stories as t on t.story_id = f.story_id
left join published.sources as o on o.source_id = t.source_id
where not s.rejected
order by s.statement_id;
