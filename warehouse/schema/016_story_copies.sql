-- Which texts are copies of one another, pair by pair, and how alike.
create table story_copies (
    story_id           varchar not null,
    other_story_id     varchar not null,
    revision_id        varchar not null,
    other_revision_id  varchar not null,
    share              double not null check (share between 0 and 1),
    spread             double not null check (spread between 0 and 1),
    anchors            double not null check (anchors between 0 and 1),
    whole              double not null check (whole between 0 and 1)
);
comment on table story_copies is 'Which texts are copies of one another, pair by pair, and how alike; each pair of texts once';
comment on column story_copies.story_id is 'One story (stories.story_id); the smaller id of the two';
comment on column story_copies.other_story_id is 'The other story (stories.story_id)';
comment on column story_copies.revision_id is 'The text of the one (story_revisions.revision_id)';
comment on column story_copies.other_revision_id is 'The text of the other (story_revisions.revision_id)';
comment on column story_copies.share is 'Share of the shorter text''s wording that stands in the longer one, outside quotation marks where there is enough';
comment on column story_copies.spread is 'Share of the shorter text''s stretches of 50 words in which shared wording stands';
comment on column story_copies.anchors is 'Share of the shorter text''s names and numbers that stand in the longer one';
comment on column story_copies.whole is 'Share of the longer text''s wording that is shared';
