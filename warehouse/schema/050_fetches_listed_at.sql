-- When each address was published, as whoever named it to us said.
alter table fetches add column listed_at timestamptz;
comment on column fetches.listed_at is 'When the feed, sitemap or listing says it was published, UTC; null where none said so: plain links, pages from other archives. A sitemap may mean its latest change, and a month without a day counts as its end';
