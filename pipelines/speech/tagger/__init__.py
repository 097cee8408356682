"""The files of the attribution tagger: weights, tokenizer, and the manifest of their checksums."""
