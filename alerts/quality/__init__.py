"""How good the alerts are: recordings replayed through the exporter, firings held against what really happened."""
