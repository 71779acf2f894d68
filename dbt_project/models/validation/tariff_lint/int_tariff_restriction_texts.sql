-- What an element's restrictions said before they were read: the lint judges how a thing was written, too.
{%- set known = [
    'start_time', 'end_time', 'start_date', 'end_date', 'min_kwh', 'max_kwh', 'min_current', 'max_current', 'min_power',
    'max_power', 'min_duration', 'max_duration', 'day_of_week', 'reservation'
] %}

with bodies as (

    select
        tariff_hash,
        elements_json
    from {{ ref('int_tariff_bodies') }}

),

elements as (

    select
        tariff_hash,
        unnest(from_json(elements_json, '["JSON"]')) as element,
        generate_subscripts(from_json(elements_json, '["JSON"]'), 1) - 1 as element_index
    from bodies

),

named as (

    select
        tariff_hash,
        element_index,
        unnest(json_keys(element -> 'restrictions')) as field_name
    from elements

),

unknown as (

    select
        tariff_hash,
        element_index,
        string_agg(field_name, ',' order by field_name) as unknown_fields
    from named
    where field_name not in ('{{ known | join("', '") }}')
    group by tariff_hash, element_index

),

final as (

    select
        elements.tariff_hash,
        cast(elements.element_index as integer) as element_index,
        {% for field in known -%}
        {{ read_text("elements.element -> 'restrictions' ->> '" ~ field ~ "'") }} as {{ field }},
        {% endfor -%}
        unknown.unknown_fields
    from elements
    left join unknown
        on
            elements.tariff_hash = unknown.tariff_hash
            and elements.element_index = unknown.element_index

)

select * from final
