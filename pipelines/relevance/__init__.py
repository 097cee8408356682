"""Is a story about our subject: the byte filter before extraction and the judgment of the text after it."""

from pipelines.relevance.judge import judge_relevance, mentions_local_enforcement, with_statements

__all__ = ["judge_relevance", "mentions_local_enforcement", "with_statements"]
