"""Containers that hold other files: archives, compressed streams, WARC, mail."""
