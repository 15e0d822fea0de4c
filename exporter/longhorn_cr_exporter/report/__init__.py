"""Answers for people and scripts: facts in the shapes that terminal, pages and JSON API share."""
