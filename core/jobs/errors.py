"""What can go wrong with a job."""


class JobError(Exception):
    """The work cannot be done, nor by trying again. The text is for the user: Vietnamese, with what to do next."""


class LeaseLost(Exception):  # noqa: N818 - an event, not a fault: somebody else has the job now
    """The job was taken over by another worker, or is gone; whatever this run does no longer counts."""
