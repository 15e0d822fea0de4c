"""Early warning for Longhorn's rolling-update deadlock."""
