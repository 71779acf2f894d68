{%- set observed = "concat('element ', hiding_element_index, ' at ', " ~ number_text('hiding_price') ~ ")" %}

with hidden as (

    select * from {{ ref('int_tariff_hidden_components') }}

),

final as (

    select
        {{ component_lint('tariff_hidden_by_unrestricted', observed, number_text('price')) }}
    from hidden
    where is_hidden_by_everything

    union all

    select
        {{ component_lint('tariff_hidden_by_wider', observed, number_text('price')) }}
    from hidden
    where not is_hidden_by_everything

)

select * from final
