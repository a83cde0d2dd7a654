"""Owns the public human questions (Spider, WikiSQL) as training pairs; it must not know the model.

`human` and `wiki` read them, `translator` says their SQL in the model's language, `alike` tries the
answers on rows, `templates`, `filling` and `induced` ask them anew of other schemas.
"""
