select
    partner,
    policy,
    value
from {{ source('config', 'partner_policies') }}
