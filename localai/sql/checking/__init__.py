"""The rooms behind `localai/sql/check.py`: reading, names, kinds and rules; nothing runs here."""
