-- What a correction keeps is what the rules had read, not what an earlier correction had set.
comment on column corrections.read_stance is 'The stance that the rules had read';
comment on column corrections.read_agency_id is 'The agency that the rules had read; null where they left it undecided';
comment on column corrections.read_quote is 'The words, as they stood in the earliest story';
