"""Taking back a whole import while nothing builds on it (docs/adr/0011-imports.md).

Facts are corrected by new rows: what was added is reversed, what was corrected is stated again. Persons whom the
import brought in are removed. Every sheet has its part; upper floors add reasons of their own against it.
"""
