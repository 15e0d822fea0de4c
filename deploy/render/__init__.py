"""Fills the chart with what is rendered elsewhere, and renders from it what is loaded without helm: ``make chart``."""
