with elements as (

    select * from {{ ref('int_tariff_elements') }}

),

components as (

    select
        tariff_no,
        tariff_hash,
        element_index,
        unnest(from_json(components_json, '[{"type":"VARCHAR","price":"JSON","vat":"JSON","step_size":"VARCHAR"}]')) as c,
        generate_subscripts(from_json(components_json, '["JSON"]'), 1) - 1 as component_index
    from elements

),

typed as (

    select
        tariff_no,
        tariff_hash,
        element_index,
        cast(component_index as integer) as component_index,
        upper(trim(c.type)) as component_type,
        {{ read_number("c.price ->> '$'") }} as price,
        {{ read_number("c.vat ->> '$'") }} as vat_percent,
        -- Its default is 1 (OCPI mod_tariffs, PriceComponent).
        case
            when c.step_size is null then 1
            when abs(try_cast(c.step_size as decimal(18, 6))) <= 10000000
                then cast(try_cast(c.step_size as decimal(18, 6)) as bigint)
        end as step_size,
        coalesce(json_type(c.price) = 'VARCHAR' or json_type(c.vat) = 'VARCHAR', false) as has_text_number,
        -- Less than nothing cannot be taken out of a price that includes it.
        coalesce(json_type(c.vat) <> 'NULL' and coalesce({{ read_number("c.vat ->> '$'") }} <= -100, true), false) as has_unreadable_vat
    from components

),

joined as (

    select
        typed.*,
        elements.* exclude (elements.tariff_no, elements.tariff_hash, elements.element_index, elements.components_json)
    from typed
    inner join elements
        on
            typed.tariff_hash = elements.tariff_hash
            and typed.element_index = elements.element_index

),

restricted as (

    select
        *,
        -- Reserved time has its own prices: TIME and FLAT of a reservation element, and nothing else prices it.
        case
            when reservation is null and component_type in ('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT') then component_type
            when reservation is not null and component_type = 'TIME' then 'RESERVATION_TIME'
            when reservation is not null and component_type = 'FLAT' then 'RESERVATION_FLAT'
        end as line_dimension,
        cast(
            row_number() over (
                partition by tariff_hash
                -- For a reservation that expired, its own element goes before the general reservation element.
                order by
                    case when reservation = 'RESERVATION_EXPIRES' then 0 else 1 end,
                    element_index,
                    component_index
            ) as integer
        ) as component_ordinal,
        coalesce(start_time_s, end_time_s) is not null or coalesce(start_date, end_date) is not null
        or days_of_week is not null as needs_local_time,
        coalesce(min_current_a, max_current_a) is not null as needs_current,
        coalesce(min_power_kw, max_power_kw) is not null as needs_power
    from joined

),

final as (

    select
        *,
        -- One number a component over all tariffs, in each tariff's order of choice.
        cast(row_number() over (order by tariff_no, component_ordinal) as integer) as component_no,
        {{ dimension_no('line_dimension') }} as dimension_no,
        -- Never matches; the row stays for the lint and for findings.
        line_dimension is null or price is null or step_size is null or has_unreadable_vat or has_unreadable_restriction
            as is_unusable,
        needs_local_time or needs_current or needs_power or coalesce(min_kwh, max_kwh) is not null
        or coalesce(min_duration_s, max_duration_s) is not null as is_restricted
    from restricted

)

select * from final
