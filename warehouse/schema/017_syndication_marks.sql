-- What pages themselves say of where their text comes from.
create table syndication_marks (
    revision_id  varchar not null,
    story_id     varchar not null,
    service      varchar not null,
    place        varchar not null check (place in ('byline', 'dateline', 'credit')),
    words        varchar not null
);
comment on table syndication_marks is 'What pages themselves say of where their text comes from: bylines, datelines and closing lines that name a wire service';
comment on column syndication_marks.revision_id is 'The text (story_revisions.revision_id)';
comment on column syndication_marks.story_id is 'Its story (stories.story_id)';
comment on column syndication_marks.service is 'The service named, e.g. AP';
comment on column syndication_marks.place is 'Where it is named: byline, dateline, or credit (closing lines)';
comment on column syndication_marks.words is 'The words, as printed';
