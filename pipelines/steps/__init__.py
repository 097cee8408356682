"""The steps from archive to snapshot: each reads files, calls the domain's functions, and writes files or rows."""

import multiprocessing

# Reading processes are forked from one that has these modules loaded: a second's work once, not at every start.
multiprocessing.set_forkserver_preload(["pipelines.steps.documents", "pipelines.steps.stories"])
