-- R48: where another component holds just before the end of a period than at its start, and charges otherwise.
with choices as (

    select * from {{ ref('int_contested_choices') }}
    where {{ is_of_scenario('pricing_no', 'applied') }} and dimension_no > 2 and has_end

),

components as (

    select * from {{ ref('int_price_components') }}

),

-- So short a session is not told apart by its price, as meters are read by the quarter of an hour.
exempt as (

    select cdr_no from {{ ref('int_undivided_cdrs') }}

),

final as (

    select
        choices.pricing_no,
        choices.period_index,
        choices.dimension_no
    from choices
    left join components as at_start
        on choices.component_no = at_start.component_no
    left join components as at_end
        on choices.end_component_no = at_end.component_no
    left join exempt
        on {{ cdr_of_pricing('choices.pricing_no') }} = exempt.cdr_no
    where
        exempt.cdr_no is null
        and coalesce(choices.component_no, 0) <> coalesce(choices.end_component_no, 0)
        and (
            at_start.price is distinct from at_end.price
            or at_start.vat_percent is distinct from at_end.vat_percent
            or at_start.step_size is distinct from at_end.step_size
        )

)

select * from final
