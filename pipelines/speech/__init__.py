"""Text to attributions: who is reported to have said what, where it stands, and which person or body it is."""

from pipelines.speech.finding import LONGEST_TEXT, MODEL_VERSION, SpeechReading, find_attributions, read_speech
from pipelines.speech.parts import content_parts
from pipelines.speech.people import Cast, Person, find_people
from pipelines.speech.resolving import Speaker, resolve_sources

__all__ = [
    "LONGEST_TEXT",
    "MODEL_VERSION",
    "Cast",
    "Person",
    "Speaker",
    "SpeechReading",
    "content_parts",
    "find_attributions",
    "find_people",
    "read_speech",
    "resolve_sources",
]
