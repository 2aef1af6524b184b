"""Quotations and statements, and who said them."""
