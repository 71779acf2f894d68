with choices as (

    select * from {{ ref('int_volume_choices') }}

),

final as (

    select
        cdr_key,
        'volume_without_component' as code,
        period_index,
        line_dimension as detail
    from choices
    where start_ordinal is null
    union all
    select
        cdr_key,
        'period_spans_price_change' as code,
        period_index,
        line_dimension as detail
    from choices
    where
        is_restricted
        and has_end
        and start_price <> end_price
    union all
    select
        cdr_key,
        'restriction_dimension_missing' as code,
        period_index,
        line_dimension as detail
    from choices
    where lacks_dimension

)

select * from final
