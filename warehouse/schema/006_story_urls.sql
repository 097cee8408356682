-- Every address under which a story was seen.
create table story_urls (
    url_key    varchar primary key,
    url        varchar not null,
    story_id   varchar not null,
    fetched    boolean not null,
    canonical  boolean not null
);
comment on table story_urls is 'Every address under which a story was seen, or that its page calls its own';
comment on column story_urls.url_key is 'The address without what does not tell stories apart: scheme, www, tracking, AMP and mobile variants';
comment on column story_urls.url is 'The address, normalized';
comment on column story_urls.story_id is 'The story (stories.story_id)';
comment on column story_urls.fetched is 'True where the story was fetched there; false where its page or a redirect only names it';
comment on column story_urls.canonical is 'True for the address that the story goes by';
