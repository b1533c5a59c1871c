"""Plots of calibrations as SVG, drawn by hand: control charts, drift with its forecast, reliability curves."""
