"""The report: tables in, one self-contained HTML page out.

Everything the page needs stands in it (fonts, data, scripts), and its own policy forbids it every request. Nothing here
reads a database or a clock: `pipelines.steps.report` hands over rows and times.
"""
