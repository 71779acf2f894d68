{#-
    The periods of the CDR whose key is in the variable `cdr_key`: volumes, what was reached when each begins, and the
    tariff that prices it (null where none does). All that the analyses know of how pricing arranges its own steps.
-#}
{% macro explained_periods() -%}
    with explained as (

        select * from {{ ref('fct_cdrs') }}
        where cdr_key = getvariable('cdr_key') and not is_credit

    ),

    periods as (

        select
            ordered.*,
            {{ pricing_no('ordered.cdr_no', 'applied') }} as pricing_no,
            true as needs_local_time,
            tariffs.tariff_count,
            policies.policy_no,
            coalesce(reservations.is_expired, false) as is_expired_reservation,
            tariffs.tariff_no
        from {{ ref('int_ordered_periods') }} as ordered
        inner join explained
            on ordered.cdr_no = explained.cdr_no
        inner join {{ ref('int_partner_policies') }} as policies
            on explained.partner = policies.partner
        left join {{ ref('int_reservations') }} as reservations
            on ordered.cdr_no = reservations.cdr_no
        left join {{ ref('int_period_tariffs') }} as tariffs
            on
                ordered.cdr_no = tariffs.cdr_no
                and ordered.period_index = tariffs.period_index

    ),

    {{ period_states('explained') }}

    select
        final.* exclude (tariff_id),
        upper(final.tariff_id) as named_tariff_id,
        explained.partner,
        bodies.tariff_hash
    from final
    inner join explained
        on final.cdr_no = explained.cdr_no
    left join {{ ref('int_tariff_bodies') }} as bodies
        on final.tariff_no = bodies.tariff_no
{%- endmacro %}
