"""Dates as the site writes them in English."""
