-- The BM25 index over headlines and texts: English stems, accents and case folded.
pragma create_fts_index('documents', 'document_id', 'title', 'text', stemmer = 'english', stopwords = 'english');
