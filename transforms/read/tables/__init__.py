"""Tables of articles: CSV, JSON, Parquet, exports."""
