"""Stylised facts and moments, measured on the tables of a run: one small file a question, pure functions of tables."""
