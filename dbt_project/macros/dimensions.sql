{#- Reading the dimension list of a charging period: [{type, volume}]. -#}

{#-
    The step `placed`: the volume of each dimension, by its place in the list of types. `is_plain` as is the rule: every
    dimension is one of these and stands there once. The dimensions of any other period are in `odd_dimensions`.
-#}
{% macro placed_dimensions(relation, dimension_types) -%}
    sought as (

    select
        *,
        {%- for column, dimension_type in dimension_types.items() %}
        list_position(types, '{{ dimension_type }}') as {{ column }}_at{{ "," if not loop.last }}
        {%- endfor %}
    from {{ relation }}

),

placed as (

    select
        *,
        {%- for column in dimension_types %}
        volumes[{{ column }}_at] as {{ column }}_there,
        {%- endfor %}
        coalesce(
            len(types) = {% for column in dimension_types %}{{ " + " if not loop.first }}cast({{ column }}_at is not null as integer){% endfor %},
            false
        ) as is_plain,
        case
            when not is_plain
                then list_transform(list_zip(types, volumes), lambda each: {'type': each[1], 'volume': each[2]})
        end as odd_dimensions
    from sought

),
{%- endmacro %}

{#- Whether a dimension is there whose volume cannot be read, or where it stands twice, whose sum cannot. -#}
{% macro has_unreadable_dimension(dimension_types) -%}
    case
        when is_plain
            then {% for column in dimension_types %}{{ " or " if not loop.first }}({{ column }}_at is null) <> ({{ column }}_there is null){% endfor %}
        else
            {{ has_dimension('odd_dimensions', "dimension.volume is null and dimension.type in ('" ~ dimension_types.values() | join("', '") ~ "')") }}
            or {{ has_sum_out_of_range('odd_dimensions', dimension_types.values()) }}
    end
{%- endmacro %}

{#-
    A dimension that is repeated within a period is added up, and of a bound (MIN_CURRENT, MAX_POWER, ...) the outermost
    counts; absent stays null. A sum out of the range of numbers is null like a number out of it.
-#}
{% macro dimension_sum(dimensions, dimension_type) -%}
    {%- set volumes = dimension_volumes(dimensions, dimension_type) -%}
    {%- if dimension_type.startswith('MIN_') -%}
    list_min({{ volumes }})
    {%- elif dimension_type.startswith('MAX_') -%}
    list_max({{ volumes }})
    {%- else -%}
    {{ read_number('list_sum(' ~ volumes ~ ')') }}
    {%- endif -%}
{%- endmacro %}

{% macro dimension_volumes(dimensions, dimension_type) -%}
    list_transform(
        list_filter({{ dimensions }}, lambda dimension: dimension.type = '{{ dimension_type }}'), lambda dimension: dimension.volume
    )
{%- endmacro %}

{#- Whether volumes that can be read by themselves add up to one that cannot. Almost never, which costs one sum to know. -#}
{% macro has_sum_out_of_range(dimensions, dimension_types) -%}
    case
        when list_sum(list_transform({{ dimensions }}, lambda dimension: abs(dimension.volume))) >= 1000000
            then
            {%- for dimension_type in dimension_types if not dimension_type.startswith(('MIN_', 'MAX_')) %}
                {{ 'or ' if not loop.first }}coalesce(abs(list_sum({{ dimension_volumes(dimensions, dimension_type) }})) >= 1000000, false)
            {%- endfor %}
        else false
    end
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

{#- Line dimensions by number, in the order in which the lines of a period stand: fees before volumes. -#}
{% macro dimension_no(line_dimension) -%}
    case {{ line_dimension }}
        when 'RESERVATION_FLAT' then 1
        when 'FLAT' then 2
        when 'RESERVATION_TIME' then 3
        when 'ENERGY' then 4
        when 'TIME' then 5
        when 'PARKING_TIME' then 6
    end
{%- endmacro %}

{% macro line_dimension_of(dimension_no) -%}
    case {{ dimension_no }}
        when 1 then 'RESERVATION_FLAT'
        when 2 then 'FLAT'
        when 3 then 'RESERVATION_TIME'
        when 4 then 'ENERGY'
        when 5 then 'TIME'
        when 6 then 'PARKING_TIME'
    end
{%- endmacro %}
