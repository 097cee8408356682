-- The BM25 index over headlines and texts: English stems, accents and case folded. Digits are words too: 287(g).
pragma create_fts_index(
    'documents', 'document_id', 'title', 'text', stemmer = 'english', stopwords = 'english', ignore = '[^a-z0-9]+'
);
