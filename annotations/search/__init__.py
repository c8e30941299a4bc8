"""Searching the site: articles, the responses to them, and the notes on both."""
