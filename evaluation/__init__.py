"""What the study adds up to: indicators, weaving, the content of reports."""
