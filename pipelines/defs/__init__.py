"""The Dagster face of the pipeline: thin assets, schedule and sensors. `definitions.py` gathers them."""

import warnings

from dagster import BetaWarning, PreviewWarning

# Used knowingly: single-run backfills (beta) and Pipes (some of it preview).
warnings.filterwarnings("ignore", category=BetaWarning)
warnings.filterwarnings("ignore", category=PreviewWarning)
