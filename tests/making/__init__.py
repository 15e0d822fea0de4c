"""Makes recordings of what Longhorn's real controllers were not recorded doing: short scripts, told event by event.

A script is a story (``story``) told with nodes, volumes and a clock (``cluster``, ``node``, ``volume``). Its objects
have the shapes that the real recordings have at the same release (``shape``). What is true in it the script says itself
(``truth``): nothing here knows the exporter's own diagnosis, which the recordings are to judge.
"""
