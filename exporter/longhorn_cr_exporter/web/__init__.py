"""What is served: metrics, health, and pages for people."""
