-- Times of day that say something else than their author will have meant, or say it in another form than HH:MM.
with windows as (

    select
        elements.tariff_hash,
        elements.element_index,
        elements.start_time_s,
        elements.end_time_s,
        elements.days_of_week,
        texts.start_time,
        texts.end_time,
        concat_ws('-', texts.start_time, texts.end_time) as window_text
    from {{ ref('int_tariff_elements') }} as elements
    inner join {{ ref('int_tariff_restriction_texts') }} as texts
        on
            elements.tariff_hash = texts.tariff_hash
            and elements.element_index = texts.element_index
    where
        coalesce(elements.start_time_s, elements.end_time_s) is not null
        and not elements.has_unreadable_restriction

),

final as (

    -- 24:00, too: OCPI ends the day at 00:00.
    select
        {{ lint_columns('tariff_time_format', 'window_text', "'HH:MM'", element='element_index') }}
    from windows
    where
        not regexp_full_match(
            concat(coalesce(start_time, '00:00'), coalesce(end_time, '00:00')), '(([01][0-9]|2[0-3]):[0-5][0-9]){2}'
        )

    union all

    -- From 00:00 to 00:00 is a whole day by itself.
    select
        {{ lint_columns('tariff_start_equals_end', 'window_text', element='element_index') }}
    from windows
    where start_time_s = end_time_s and end_time_s <> 0

    union all

    select
        {{ lint_columns('tariff_window_half_open', 'window_text', element='element_index') }}
    from windows
    where start_time_s is null or end_time_s is null

    union all

    -- The last minute of the day, or its last second, is priced by nobody.
    select
        {{ lint_columns('tariff_window_ends_early', 'window_text', "'00:00'", element='element_index') }}
    from windows
    where end_time_s between 86340 and 86399

    union all

    -- After midnight the weekday is the next one: FRIDAY 22:00-06:00 ends with Friday and holds in its early hours.
    select
        {{ lint_columns(
            'tariff_window_over_midnight_weekdays', "concat(window_text, ' ', days_of_week)", element='element_index'
        ) }}
    from windows
    where end_time_s < start_time_s and end_time_s <> 0 and days_of_week is not null

)

select * from final
