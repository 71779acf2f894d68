-- Restrictions that cannot be read, that nothing can meet, or whose time is over.
with elements as (

    select
        elements.*,
        bodies.ocpi_version,
        bodies.valid_from_at,
        bodies.valid_to_at
    from {{ ref('int_tariff_elements') }} as elements
    inner join {{ ref('int_tariff_bodies') }} as bodies on elements.tariff_hash = bodies.tariff_hash

),

texts as (

    select * from {{ ref('int_tariff_restriction_texts') }}

),

unreadable as (

    select
        texts.tariff_hash,
        texts.element_index,
        {{ names_where([
            ['start_time', 'texts.start_time is not null and elements.start_time_s is null'],
            ['end_time', 'texts.end_time is not null and elements.end_time_s is null'],
            ['start_date', 'texts.start_date is not null and elements.start_date is null'],
            ['end_date', 'texts.end_date is not null and elements.end_date is null'],
            ['min_kwh', 'texts.min_kwh is not null and elements.min_kwh is null'],
            ['max_kwh', 'texts.max_kwh is not null and elements.max_kwh is null'],
            ['min_current', 'texts.min_current is not null and elements.min_current_a is null'],
            ['max_current', 'texts.max_current is not null and elements.max_current_a is null'],
            ['min_power', 'texts.min_power is not null and elements.min_power_kw is null'],
            ['max_power', 'texts.max_power is not null and elements.max_power_kw is null'],
            ['min_duration', 'texts.min_duration is not null and elements.min_duration_s is null'],
            ['max_duration', 'texts.max_duration is not null and elements.max_duration_s is null'],
            ['reservation', "elements.reservation not in ('RESERVATION', 'RESERVATION_EXPIRES')"],
        ]) }} as unreadable_fields
    from texts
    inner join elements
        on
            texts.tariff_hash = elements.tariff_hash
            and texts.element_index = elements.element_index
    where elements.has_unreadable_restriction

),

final as (

    -- Of what is unreadable and none of these, only the weekdays are left.
    select
        {{ lint_columns('tariff_restriction_unreadable', "coalesce(unreadable_fields, 'day_of_week')", element='element_index') }}
    from unreadable

    union all

    select
        {{ lint_columns('tariff_restriction_unknown_field', 'unknown_fields', element='element_index') }}
    from texts
    where unknown_fields is not null

    union all

    select
        {{ lint_columns(
            'tariff_restriction_not_in_version',
            names_where([
                ['current', 'coalesce(min_current_a, max_current_a) is not null'],
                ['power', 'coalesce(min_power_kw, max_power_kw) is not null'],
                ['reservation', 'reservation is not null'],
            ]),
            'ocpi_version', element='element_index'
        ) }}
    from elements
    where
        ({{ is_ocpi_21('ocpi_version') }})
        and (
            coalesce(min_current_a, max_current_a, min_power_kw, max_power_kw) is not null
            or reservation is not null
        )

)

select * from final
