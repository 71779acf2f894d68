-- The policies in force for the CDR's partner, and which of them are the partner's own.
with policies as (

    select * from {{ ref('pricing_policies') }}

),

cdrs as (

    select partner from {{ ref('fct_cdrs') }}
    where cdr_key = getvariable('cdr_key')

),

overrides as (

    select * from {{ ref('stg_config__partner_policies') }}

),

final as (

    select
        policies.policy,
        coalesce(overrides.value, policies.default_value) as policy_value,
        policies.default_value,
        overrides.value is not null as is_override,
        policies.meaning
    from cdrs
    cross join policies
    left join overrides
        on
            cdrs.partner = overrides.partner
            and policies.policy = overrides.policy

)

select * from final
order by is_override desc, policy asc
