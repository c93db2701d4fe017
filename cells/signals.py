"""What upper floors may listen to."""

from django.dispatch import Signal

facts_changed = Signal()
"""Sent inside the transaction that changed facts, with `since` (date): the first day whose figures may differ."""

personal_data_changed = Signal()
"""Sent inside the transaction that changed what is known of `members` (stored ones, a list)."""
