"""What each page shows, before any HTML: chosen, ordered and put into words."""
