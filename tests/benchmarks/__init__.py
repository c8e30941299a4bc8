"""Measurements, run by hand: ``script/bench NAME``. No part of the tests."""
