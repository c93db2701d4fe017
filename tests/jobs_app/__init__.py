"""Job kinds, pages and settings that exist in tests only, and helpers to run them."""
