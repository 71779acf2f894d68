{{ config(materialized='view') }}

select
    upper(country_code) as country_code,
    upper(party_id) as party_id,
    upper(role) as role
from {{ source('config', 'our_parties') }}
