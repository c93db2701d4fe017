"""Written cases: what the rules must say of a file, readable without code (docs/cases.md)."""
