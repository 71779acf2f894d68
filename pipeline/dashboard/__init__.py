"""The KPI report: reads a published file, draws one HTML page. Knows nothing of how the figures came about."""
