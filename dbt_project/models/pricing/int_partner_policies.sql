with policies as (

    select * from {{ ref('pricing_policies') }}

),

overrides as (

    select * from {{ ref('stg_config__partner_policies') }}

),

partners as (

    select distinct partner from {{ ref('fct_cdrs') }}

),

in_force as (

    select
        partners.partner,
        policies.policy,
        coalesce(overrides.value, policies.default_value) as policy_value,
        overrides.value is not null as is_override
    from partners
    cross join policies
    left join overrides
        on
            partners.partner = overrides.partner
            and policies.policy = overrides.policy

),

final as (

    select
        partner,
        cast(row_number() over (order by partner) as integer) as policy_no,
        {%- for policy in [
            'rounding_mode', 'rounding_level', 'step_size_211', 'duration_clock', 'reservation_step', 'limit_tax', 'power_bounds',
            'start_equals_end', 'vat_absent_221', 'vat_absent_230', 'tariff_fallback'
        ] %}
        max(policy_value) filter (where policy = '{{ policy }}') as {{ policy }},
        {%- endfor %}
        coalesce(
            {{ joined_text("case when is_override then policy || '=' || policy_value end", 'policy', ' ') }}, 'default'
        ) as policies
    from in_force
    group by partner

)

select * from final
