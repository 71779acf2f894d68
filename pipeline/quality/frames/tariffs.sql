-- One row per tariff version as received; what is odd about its price components is gathered into lists.
with tariffs as (

    select
        *,
        from_json(
            body -> 'elements',
            '[{"price_components": [{"type": "VARCHAR", "price": "VARCHAR", "vat": "VARCHAR", "step_size": "VARCHAR"}]}]'
        ) as elements
    from raw.tariffs
    where landing_seq between $first and $last

),

-- Read as the staging models read them: DECIMAL within a million, a step in whole numbers, an absent one as 1.
typed as (

    select
        *,
        list_transform(
            flatten(list_transform(elements, lambda element: coalesce(element.price_components, []))),
            lambda sent: {
                'type': upper(trim(sent.type)),
                'price': try_cast(sent.price as decimal(18, 6)),
                'vat': try_cast(sent.vat as decimal(18, 6)),
                'step_size': case
                    when sent.step_size is null then 1
                    else try_cast(try_cast(sent.step_size as decimal(18, 6)) as bigint)
                end
            }
        ) as components
    from tariffs

)

select
    object_key,
    concat(country_code, '*', party_id, '*', object_id) as object_label,
    object_hash,
    landing_seq,
    ordinal,
    partner,
    starts_with(ocpi_version, '2.3') as is_ocpi_23,
    nullif(trim(body ->> 'currency'), '') as currency,
    case when len(elements) > 0 then 'sent' end as elements,
    case when coalesce(len(elements), 0) = 0 or len(components) > 0 then 'sent' end as price_components,
    nullif(trim(body ->> 'tax_included'), '') as tax_included,
    nullif(trim(body ->> 'last_updated'), '') as last_updated,
    nullif(array_to_string(list_distinct(list_transform(
        list_filter(components, lambda component: component.vat > 0 and component.vat < 1),
        lambda component: component.vat::varchar
    )), ','), '') as vat_fractions,
    -- FLAT knows no step, and a free component may have any.
    nullif(array_to_string(list_distinct(list_transform(
        list_filter(
            components,
            lambda component: component.step_size = 0 and component.price <> 0 and abs(component.price) < 1000000
            and component.type in ('ENERGY', 'TIME', 'PARKING_TIME')
        ),
        lambda component: component.type
    )), ','), '') as zero_steps
from typed
