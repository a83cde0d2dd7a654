"""Owns the card's figures: what is asked, on which rows it is judged, who writes the SQL.

It must not know how the model is trained.
"""
