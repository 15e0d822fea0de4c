"""Facts in, exposition out: the catalogue of metrics, and its incremental rendering.

An event renders nothing: it replaces a few shared byte strings and drops the chunks they belong to. A scrape builds the
dropped chunks and hands out the others as they are, plain or as deflated once before.
"""
