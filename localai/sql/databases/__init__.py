"""Each kind of database that can be asked, a few files per kind; it must not know questions."""
