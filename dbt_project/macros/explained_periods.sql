{#-
    The periods of the CDR whose key is in the variable `cdr_key`: volumes, what was reached when each begins, and the
    tariff that prices it (null where none does). All that the analyses know of how pricing arranges its own steps.
-#}
{% macro explained_periods() -%}
    select
        states.*,
        periods.started_at,
        periods.ended_at,
        periods.time_zone,
        periods.tariff_id as named_tariff_id,
        period_tariffs.tariff_hash
    from {{ ref('int_period_states') }} as states
    inner join {{ ref('int_ordered_periods') }} as periods
        on
            states.cdr_key = periods.cdr_key
            and states.period_index = periods.period_index
    left join {{ ref('int_period_tariffs') }} as period_tariffs
        on
            states.cdr_key = period_tariffs.cdr_key
            and states.period_index = period_tariffs.period_index
            and period_tariffs.scenario = 'applied'
    where
        states.cdr_key = getvariable('cdr_key')
        and states.moment = 'start'
{%- endmacro %}
