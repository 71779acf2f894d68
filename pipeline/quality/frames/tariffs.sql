-- One row per tariff version as received; the prices of its components are summed up as lists of what is wrong.
with tariffs as (

    select
        *,
        from_json(
            body -> 'elements',
            '[{"price_components": [{"type": "VARCHAR", "vat": "VARCHAR", "step_size": "VARCHAR"}]}]'
        ) as elements
    from raw.tariffs
    where landing_seq between $first and $last

),

components as (

    select
        *,
        flatten(list_transform(elements, lambda element: coalesce(element.price_components, []))) as components
    from tariffs

)

select
    object_key,
    concat(country_code, '*', party_id, '*', object_id) as object_label,
    object_hash,
    partner,
    starts_with(ocpi_version, '2.3') as is_ocpi_23,
    nullif(trim(body ->> 'currency'), '') as currency,
    case when len(elements) > 0 then 'sent' end as elements,
    nullif(trim(body ->> 'tax_included'), '') as tax_included,
    nullif(trim(body ->> 'last_updated'), '') as last_updated,
    nullif(array_to_string(list_distinct(list_transform(
        list_filter(components, lambda c: try_cast(c.vat as decimal(18, 6)) > 0 and try_cast(c.vat as decimal(18, 6)) < 1),
        lambda c: c.vat
    )), ','), '') as vat_fractions,
    nullif(array_to_string(list_distinct(list_transform(
        list_filter(components, lambda c: try_cast(c.step_size as decimal(18, 6)) = 0), lambda c: c.type
    )), ','), '') as zero_steps
from components
