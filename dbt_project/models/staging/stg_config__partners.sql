{{ config(materialized='view') }}

select
    partner,
    name,
    upper(country_code) as country_code,
    upper(party_id) as party_id,
    upper(role) as role,
    ocpi_version,
    time_zone
from {{ source('config', 'partners') }}
