-- Which stories and statements are about these words? Best first; needs the extension fts, and `use search`.
-- Scores first, from the index alone: texts are read only where a query asks for them.
create or replace macro search(words, in_state := null, since := null, until := null) as table
with scored as (
    select
        document_id,
        fts_main_documents.match_bm25(document_id, words) as score
    from documents
    where (in_state is null or state = in_state)
        and (since is null or day >= cast(since as date))
        and (until is null or day <= cast(until as date))
),
hits as (
    select document_id, score
    from scored
    where score is not null
)
select
    h.score,
    d.kind,
    d.day,
    d.state,
    d.outlet,
    d.title,
    d.text,
    d.url,
    d.story_id,
    d.statement_id,
    d.cluster_id,
    d.relevant
from hits as h
join documents as d on d.document_id = h.document_id
order by h.score desc, d.day desc, d.document_id;
comment on macro table search is 'BM25 search with filters, best first. Needs the extension fts (install fts; load fts, or the Python package duckdb-extension-fts), and this file in use (USE search): from search(''words'', in_state := ''CA'', since := ''2026-01-01'', until := ''2026-03-31'')';
