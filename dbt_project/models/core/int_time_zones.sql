{{ config(materialized='view') }}

-- An unknown zone name is an error in the engine, so every name is looked up here before it is used.
select
    upper(name) as time_zone_code,
    min(name) as time_zone
from pg_timezone_names()
group by upper(name)
