{{ config(materialized='view') }}

select
    partner,
    day as calendar_date,
    is_business_day,
    name
from {{ source('config', 'calendar_days') }}
