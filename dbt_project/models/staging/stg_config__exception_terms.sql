{{ config(materialized='view') }}

select
    partner,
    family,
    sla_business_days,
    auto_reject_days,
    country_code
from {{ source('config', 'exception_terms') }}
