"""Lines that a publisher repeats on its pages."""
