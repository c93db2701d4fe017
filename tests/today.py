"""The day on which tests take place."""

from datetime import date

TODAY = date(2026, 11, 22)
