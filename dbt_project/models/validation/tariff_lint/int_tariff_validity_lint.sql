-- Elements that hold at no time, or at none from today on. A missing end_date sorts as never ending.
with elements as (

    select
        elements.*,
        boxes.day_from,
        boxes.day_to,
        {{ day_number(utc_date('bodies.valid_from_at')) }} as valid_from_day,
        {{ day_number(utc_date('bodies.valid_to_at')) }} as valid_to_day
    from {{ ref('int_tariff_elements') }} as elements
    inner join {{ ref('int_tariff_bodies') }} as bodies on elements.tariff_hash = bodies.tariff_hash
    inner join {{ ref('int_tariff_boxes') }} as boxes
        on
            elements.tariff_hash = boxes.tariff_hash
            and elements.element_index = boxes.element_index

),

checked as (

    select
        *,
        {{ names_where([
            ['min_kwh >= max_kwh', 'min_kwh >= max_kwh'],
            ['max_kwh <= 0', 'max_kwh <= 0'],
            ['min_duration >= max_duration', 'min_duration_s >= max_duration_s'],
            ['max_duration <= 0', 'max_duration_s <= 0'],
            ['min_current >= max_current', 'min_current_a >= max_current_a'],
            ['min_power >= max_power', 'min_power_kw >= max_power_kw'],
            ['start_date > end_date', 'start_date > end_date'],
        ]) }} as contradictions
    from elements

),

final as (

    select
        {{ lint_columns('tariff_restriction_impossible', 'contradictions', element='element_index') }}
    from checked
    where contradictions is not null

    union all

    -- The end is exclusive: such an element never holds. Senders that mean one day write it all the same.
    select
        {{ lint_columns('tariff_dates_equal', 'start_date', element='element_index') }}
    from checked
    where start_date = end_date

    union all

    select
        {{ lint_columns('tariff_element_expired', 'end_date', utc_date(as_of()), element='element_index') }}
    from checked
    where day_to <= {{ today_number() }} and day_from < day_to

    union all

    -- Local and UTC dates may differ by one day.
    select
        {{ lint_columns(
            'tariff_element_outside_validity', "concat_ws('/', start_date, end_date)", element='element_index'
        ) }}
    from checked
    where day_from > valid_to_day + 1 or day_to < valid_from_day

)

select * from final
