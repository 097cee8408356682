-- Which stories and statements are about these words? Best first; needs the extension fts, and `use search`.
create or replace macro search(words, in_state := null, since := null, until := null) as table
select
    score,
    kind,
    day,
    state,
    outlet,
    title,
    text,
    url,
    story_id,
    statement_id,
    cluster_id,
    relevant
from (
    select
        fts_main_documents.match_bm25(document_id, words) as score,
        kind, day, state, outlet, title, text, url, story_id, statement_id, cluster_id, relevant
    from documents
    where (in_state is null or state = in_state)
        and (since is null or day >= cast(since as date))
        and (until is null or day <= cast(until as date))
)
where score is not null
order by score desc, day desc;
comment on macro table search is 'BM25 search with filters: from search(''words'', in_state := ''CA'', since := ''2026-01-01'', until := ''2026-03-31'')';
