-- The same reporting, in all its copies.
create table clusters (
    cluster_id      varchar primary key,
    lead_story_id   varchar not null,
    story_count     integer not null check (story_count >= 1)
);
comment on table clusters is 'Stories that are the same reporting: wire copies, republications, light edits';
comment on column clusters.cluster_id is 'Identifier, kept from first sight; a story alone has a cluster of its own';
comment on column clusters.lead_story_id is 'Its earliest story: by when it came out (macro came_out_at), then by first capture (stories.story_id)';
comment on column clusters.story_count is 'Stories in it';
