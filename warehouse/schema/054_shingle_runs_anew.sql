-- Files of the index are laid out otherwise than before: those of earlier editions are removed and written anew at the next load.
delete from shingle_runs;
