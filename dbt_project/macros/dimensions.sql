{#- Reading the dimension list of a charging period: [{type, volume, is_text}]. -#}

{#- A dimension that is repeated within a period is added up; absent stays null. -#}
{% macro dimension_sum(dimensions, dimension_type) -%}
    try_cast(list_sum(list_transform(
        list_filter({{ dimensions }}, lambda dimension: dimension.type = '{{ dimension_type }}'), lambda dimension: dimension.volume
    )) as decimal(18, 6))
{%- endmacro %}

{% macro has_dimension(dimensions, condition) -%}
    coalesce(len(list_filter({{ dimensions }}, lambda dimension: {{ condition }})) > 0, false)
{%- endmacro %}

{% macro dimension_types_outside(dimensions, known_types) -%}
    nullif(array_to_string(list_sort(list_distinct(list_transform(
        list_filter({{ dimensions }}, lambda dimension: dimension.type not in ('{{ known_types | join("', '") }}')),
        lambda dimension: dimension.type
    ))), ','), '')
{%- endmacro %}
