{{ config(materialized='view') }}

select
    override_no,
    rule_code,
    parameter,
    value,
    severity,
    partner,
    power_class,
    valid_from as valid_from_date,
    valid_to as valid_to_date,
    reason
from {{ source('config', 'rule_overrides') }}
