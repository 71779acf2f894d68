-- Dimensions that are priced in part only: with gaps, or not from the beginning of a session.
with components as (

    select * from {{ ref('int_tariff_restricted_components') }}

),

gaps as (

    select * from {{ ref('int_tariff_gaps') }}

),

-- Too many combinations to look at: nobody can tell, then, what is priced when. A tariff that never begins has no days,
-- and nothing of it is open.
unexamined as (

    select distinct
        edges.tariff_hash,
        edges.line_dimension
    from {{ ref('int_tariff_box_edges') }} as edges
    left join {{ ref('int_tariff_cells') }} as cells
        on
            edges.tariff_hash = cells.tariff_hash
            and edges.line_dimension = cells.line_dimension
    where edges.axis = 'day' and cells.tariff_hash is null

),

-- Only elements that never hold name a price.
never_priced as (

    select
        components.tariff_hash,
        components.line_dimension
    from {{ ref('int_tariff_components') }} as components
    inner join {{ ref('int_tariff_boxes') }} as boxes
        on
            components.tariff_hash = boxes.tariff_hash
            and components.element_index = boxes.element_index
    where
        components.line_dimension in ('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT')
        and not components.is_unusable
    group by components.tariff_hash, components.line_dimension
    having bool_and(boxes.is_empty)

),

free_at_first as (

    select distinct
        tariff_hash,
        line_dimension,
        first_kwh,
        first_duration_s
    from components
    where first_kwh > 0 or first_duration_s > 0

),

final as (

    select
        {{ lint_columns('tariff_without_fallback', 'line_dimension', 'first_gap', concerns='line_dimension') }}
    from gaps

    union all

    select
        {{ lint_columns('tariff_without_fallback', 'line_dimension', concerns='line_dimension') }}
    from unexamined

    union all

    select
        {{ lint_columns('tariff_without_fallback', 'line_dimension', "'always'", concerns='line_dimension') }}
    from never_priced

    union all

    select
        {{ lint_columns(
            'tariff_free_at_first', "concat_ws(
                ' and ',
                case when first_kwh > 0 then concat(" ~ number_text('first_kwh') ~ ", ' kWh') end,
                case when first_duration_s > 0 then concat(" ~ number_text('first_duration_s') ~ ", ' s') end
            )", concerns='line_dimension'
        ) }}
    from free_at_first

)

select * from final
