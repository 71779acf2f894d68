-- Elements that add nothing: without components, said twice, or start fees of which only the first is charged.
{%- set restrictions = [
    'start_time_s', 'end_time_s', 'start_date', 'end_date', 'min_kwh', 'max_kwh', 'min_current_a', 'max_current_a',
    'min_power_kw', 'max_power_kw', 'min_duration_s', 'max_duration_s', 'days_of_week', 'reservation'
] %}

with elements as (

    select * from {{ ref('int_tariff_elements') }}

),

components as (

    select * from {{ ref('int_tariff_components') }}

),

contents as (

    select
        tariff_hash,
        element_index,
        string_agg(
            concat_ws(',', component_type, coalesce(price, -1), coalesce(vat_percent, -1), coalesce(step_size, -1)),
            ';'
            order by component_index
        ) as content,
        count(*) as component_count
    from components
    group by tariff_hash, element_index

),

compared as (

    select
        elements.tariff_hash,
        elements.element_index,
        elements.has_unreadable_restriction,
        contents.component_count,
        first_value(elements.element_index) over (
            partition by elements.tariff_hash, contents.content, elements.{{ restrictions | join(', elements.') }}
            order by elements.element_index
        ) as first_equal_index
    from elements
    left join contents
        on
            elements.tariff_hash = contents.tariff_hash
            and elements.element_index = contents.element_index

),

flat as (

    select
        tariff_hash,
        line_dimension,
        min(price) as least_price,
        max(price) as most_price
    from components
    where line_dimension in ('FLAT', 'RESERVATION_FLAT') and not is_unusable
    group by tariff_hash, line_dimension

),

final as (

    select
        {{ lint_columns('tariff_element_empty', "'0'", element='element_index') }}
    from compared
    where component_count is null

    union all

    select
        {{ lint_columns('tariff_elements_equal', "concat('element ', first_equal_index)", element='element_index') }}
    from compared
    -- What cannot be read is not compared.
    where first_equal_index < element_index and component_count is not null and not has_unreadable_restriction

    union all

    select
        {{ lint_columns('tariff_flat_fees_differ', number_text('least_price'), number_text('most_price'), concerns='line_dimension') }}
    from flat
    where least_price <> most_price

)

select * from final
