"""How papers of a file are called where they are kept digitally: types, folders, file names. No database."""
