{{ config(materialized='view') }}

select
    tariff_set_hash,
    tariffs as tariffs_json
from {{ source('raw', 'tariff_sets') }}
