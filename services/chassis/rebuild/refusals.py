"""Why a projection cannot be rebuilt or put in place, in sentences that tell the operator what to do."""


class CannotRebuild(Exception):
    """What stands in the way. The live projection is untouched, and what was built so far is kept."""


class Stopped(CannotRebuild):
    """Somebody asked for it."""


class Unfinished(CannotRebuild):
    """An earlier rebuild of the projection was begun and neither ended nor given up."""


class Changed(CannotRebuild):
    """What was built so far was built by other code."""


class EndedElsewhere(CannotRebuild):
    """Another process put this rebuild in place, or gave it up, while we could not be reached."""


class Incomplete(CannotRebuild):
    """The topic no longer holds every fact, so a rebuild would lose figures."""


class ContentsDiffer(CannotRebuild):
    """What was built is not what is live, and nobody has said that this is wanted."""


class Busy(CannotRebuild):
    """Somebody holds on to the live tables, or rebuilds the same projection."""
