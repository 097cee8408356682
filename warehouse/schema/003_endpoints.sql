-- The feeds, sitemaps and listing pages of each source.
create table endpoints (
    url          varchar primary key,
    source_id    varchar not null,
    kind         endpoint_kind not null,
    discovered   boolean not null,
    verified_on  date
);
comment on table endpoints is 'The feeds, sitemaps and listing pages of each source';
comment on column endpoints.url is 'Address of the endpoint';
comment on column endpoints.source_id is 'The source that it belongs to (sources.source_id)';
comment on column endpoints.kind is 'feed, sitemap or listing';
comment on column endpoints.discovered is 'True where it was found on the source''s home page or in robots.txt; false where the registry names it';
comment on column endpoints.verified_on is 'Last day on which it answered; null where nobody has yet seen it answer';
