-- Which story belongs to which cluster, and why.
create table cluster_members (
    story_id    varchar primary key,
    cluster_id  varchar not null,
    similarity  double not null check (similarity between 0 and 1),
    reason      varchar not null
);
comment on table cluster_members is 'Which story belongs to which cluster, and why';
comment on column cluster_members.story_id is 'The story (stories.story_id)';
comment on column cluster_members.cluster_id is 'The cluster (clusters.cluster_id)';
comment on column cluster_members.similarity is 'Share of the shorter text''s wording that the closest other member shares, 0 to 1; 1 for a story alone';
comment on column cluster_members.reason is 'What joined it: alone, same text, copied text, …';
