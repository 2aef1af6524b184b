"""What every step may know about strings: folding, offsets, sentences, encoding, dates, addresses."""
