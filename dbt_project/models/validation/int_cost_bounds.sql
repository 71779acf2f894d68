-- R52: what a session may cost, by scope. The catalogue's bounds are euros; in another currency only a bound that was
-- set for that very partner says anything.
with settings as (

    select * from {{ ref('int_rule_settings') }}
    where rule_code = 'cost_out_of_range'

),

overrides as (

    select override_no from {{ ref('stg_config__rule_overrides') }}
    where partner is not null

),

final as (

    select
        settings.rule_scope_no,
        {%- for parameter in ['most_per_session', 'most_per_kwh', 'least_energy_kwh'] %}
        max(settings.value) filter (settings.parameter = '{{ parameter }}') as {{ parameter }},
        {%- endfor %}
        coalesce(bool_or(overrides.override_no is not null) filter (settings.parameter = 'most_per_session'), false)
            as is_session_bound_partners,
        coalesce(bool_or(overrides.override_no is not null) filter (settings.parameter = 'most_per_kwh'), false)
            as is_kwh_bound_partners
    from settings
    left join overrides on settings.override_no = overrides.override_no
    group by settings.rule_scope_no

)

select * from final
