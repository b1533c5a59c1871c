"""Stability (VIM 4.19): how the results of an asset behave from one calibration or check to the next."""
