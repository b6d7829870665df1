"""Requests to addresses that somebody gave: which of them are reached, and what is fetched from there."""
