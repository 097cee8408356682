-- How does the n-th of some words stand in a text in small letters, as a whole? What search_plain looks for; null where there
-- are fewer words. A word is a run of letters and digits, of any script, so that 287(g) is two; an asterisk in it stands for
-- any of these. Ranges of code points and not classes like \p{L}, since where the words are not constant a pattern is
-- compiled for each row.
create or replace macro word_pattern(words, number) as
'(?:^|[^0-9a-z\x{C0}-\x{1FFF}\x{2C00}-\x{2DFF}\x{3040}-\x{10FFFF}])'
|| replace(
    list_extract(
        list_filter(
            string_split_regex(lower(words), '[^0-9a-z*\x{C0}-\x{1FFF}\x{2C00}-\x{2DFF}\x{3040}-\x{10FFFF}]+'),
            lambda word: replace(word, '*', '') <> ''
        ),
        number
    ),
    '*',
    '[0-9a-z\x{C0}-\x{1FFF}\x{2C00}-\x{2DFF}\x{3040}-\x{10FFFF}]*'
)
|| '(?:$|[^0-9a-z\x{C0}-\x{1FFF}\x{2C00}-\x{2DFF}\x{3040}-\x{10FFFF}])';
comment on macro word_pattern is 'The regular expression that search_plain looks for: the n-th word as a whole, * standing for any letters; null where there are fewer';
