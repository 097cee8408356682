-- Forget what belongs to texts that are no longer there.
delete from story_copies
where revision_id not in (select revision_id from story_revisions)
    or other_revision_id not in (select revision_id from story_revisions);

delete from syndication_marks
where revision_id not in (select revision_id from story_revisions);

delete from story_sketches
where revision_id not in (select revision_id from story_revisions);
