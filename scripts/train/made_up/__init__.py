"""Owns made-up questions over made-up schemas; it must not know slots: the linker puts them in.

`generator` draws a schema (`schemas` of `worlds`, named by `naming`) and a question from one of the
families; families of one table and of several are files of their own, their wordings beside them.
"""
