{#-
    The periods of the CDR whose key is in the variable `cdr_key`: volumes, what was reached when each begins, and the
    tariff that prices it (null where none does). All that the analyses know of how pricing arranges its own steps.
-#}
{% macro explained_periods() -%}
    select
        states.* exclude (states.tariff_id),
        states.tariff_id as named_tariff_id,
        cdrs.partner,
        bodies.tariff_hash
    from {{ ref('int_period_states') }} as states
    inner join {{ ref('fct_cdrs') }} as cdrs
        on states.cdr_no = cdrs.cdr_no
    left join {{ ref('int_tariff_bodies') }} as bodies
        on states.tariff_no = bodies.tariff_no
    where cdrs.cdr_key = getvariable('cdr_key')
{%- endmacro %}
