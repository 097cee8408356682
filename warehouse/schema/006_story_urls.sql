-- Every address under which a story was seen.
create table story_urls (
    url        varchar primary key,
    story_id   varchar not null,
    canonical  boolean not null
);
comment on table story_urls is 'Every address under which a story was seen, or that its page calls canonical';
comment on column story_urls.url is 'The address, normalized';
comment on column story_urls.story_id is 'The story (stories.story_id)';
comment on column story_urls.canonical is 'True for the address that the story was first known by';
