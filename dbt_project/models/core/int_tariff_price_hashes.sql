-- Two bodies that price alike (whatever their texts, links and timestamps say) share a price hash.
with bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

components as (

    select
        tariff_hash,
        component_ordinal,
        concat_ws(
            ',',
            component_type,
            coalesce(cast(price as varchar), '-'),
            coalesce(cast(vat_percent as varchar), '-'),
            coalesce(cast(step_size as varchar), '-'),
            {%- for column in [
                'start_time_s', 'end_time_s', 'start_date', 'end_date', 'min_kwh', 'max_kwh', 'min_current_a', 'max_current_a',
                'min_power_kw', 'max_power_kw', 'min_duration_s', 'max_duration_s', 'days_of_week', 'reservation'
            ] %}
            coalesce(cast({{ column }} as varchar), '-'){{ "," if not loop.last }}
            {%- endfor %}
        ) as content,
        is_restricted,
        needs_local_time,
        is_unusable
    from {{ ref('int_tariff_components') }}

),

contents as (

    select
        tariff_hash,
        string_agg(content, ';' order by component_ordinal) as content,
        count(*) as component_count,
        count_if(not is_unusable) as usable_component_count,
        bool_or(is_restricted) as has_restrictions,
        bool_or(needs_local_time) as needs_local_time
    from components
    group by tariff_hash

),

final as (

    select
        bodies.tariff_hash,
        md5(
            concat_ws(
                '|',
                coalesce(bodies.currency, '-'),
                bodies.tax_treatment,
                coalesce(cast(bodies.min_price_excl_vat as varchar), '-'),
                coalesce(cast(bodies.min_price_incl_vat as varchar), '-'),
                coalesce(cast(bodies.max_price_excl_vat as varchar), '-'),
                coalesce(cast(bodies.max_price_incl_vat as varchar), '-'),
                coalesce(contents.content, '-')
            )
        ) as price_hash,
        coalesce(contents.component_count, 0) as component_count,
        coalesce(contents.usable_component_count, 0) as usable_component_count,
        coalesce(contents.has_restrictions, false) as has_restrictions,
        coalesce(contents.needs_local_time, false) as needs_local_time
    from bodies
    left join contents
        on bodies.tariff_hash = contents.tariff_hash

)

select * from final
