"""Great Expectations suites, one module per kind of record: what a single record must satisfy by its own fields.

The SQL of `dbt_project/models/validation` decides; these suites check the same rules a second way and report.
Every expectation names its rule of the catalogue (`dbt_project/seeds/codes.csv`) in `meta`.
"""
