"""Text to attributions: who is reported to have said what, and where it stands."""

from pipelines.speech.finding import LONGEST_TEXT, MODEL_VERSION, SpeechReading, find_attributions, read_speech
from pipelines.speech.parts import content_parts

__all__ = ["LONGEST_TEXT", "MODEL_VERSION", "SpeechReading", "content_parts", "find_attributions", "read_speech"]
