"""What PostgreSQL means by dates, intervals, formats and patterns, in Python; no SQL is read here.

SQLite runs these as functions, and the translation works out constants with them.
"""
