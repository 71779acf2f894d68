{{ config(materialized='view') }}

select
    partner,
    upper(operator_id) as operator_id
from {{ source('config', 'partner_operator_ids') }}
