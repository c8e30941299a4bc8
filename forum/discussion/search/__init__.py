"""Searching what people wrote.

``query`` reads what somebody is looking for, ``index`` keeps the words of every post where the
database finds them, ``finding`` asks it, and ``excerpts`` shows where in a text they stand. What a
word is says ``forum.lib.searchwords``, for all of them and on both databases.
"""
