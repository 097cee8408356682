"""The errors that a user can meet. Each message is one line: the thing, the place, and what to do about it."""

__all__ = ["ArchiveError", "BadgewireError", "FailedRunError", "RuleError", "SourceError", "WarehouseError"]


class BadgewireError(Exception):
    """Something that a user can mend. `exit_code` is what the command line ends with."""

    exit_code = 1


class SourceError(BadgewireError):
    """The registry of sources, or what the user asked of it, is wrong."""

    exit_code = 3


class ArchiveError(BadgewireError):
    """The archive cannot be read or written."""

    exit_code = 4


class WarehouseError(BadgewireError):
    """The warehouse, the ledger or the published snapshot cannot be opened, or is of another version."""

    exit_code = 5


class RuleError(BadgewireError):
    """A file of rules, a lexicon or a model that ships with the project, or an alert rule, is wrong."""

    exit_code = 6


class FailedRunError(BadgewireError):
    """A step of a run failed, or another command is at work. A step's exit code is that of what it ran into, if known."""

    exit_code = 7

    def __init__(self, message: str, exit_code: int = exit_code) -> None:
        super().__init__(message)
        self.exit_code = exit_code
