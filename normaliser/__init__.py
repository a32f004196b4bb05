"""From records to tidy tables: the schema, CSV and Parquet, the data package, the data dictionary."""
