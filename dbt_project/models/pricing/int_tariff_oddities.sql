-- What is odd about the content of a tariff, whichever CDR it prices.
with bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

price_hashes as (

    select * from {{ ref('int_tariff_price_hashes') }}

),

component_oddities as (

    select
        tariff_no,
        bool_or(component_type is null or component_type not in ('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT')) as has_unknown_component,
        bool_or(price is null or step_size is null or has_unreadable_vat) as has_unreadable_price,
        bool_or(has_unreadable_restriction) as has_unreadable_restriction,
        bool_or(has_text_number) as has_text_number,
        bool_or(vat_percent is not null) as has_vat_percent
    from {{ ref('int_tariff_components') }}
    group by tariff_no

),

judged as (

    select
        bodies.tariff_no,
        bodies.tariff_id,
        price_hashes.usable_component_count = 0 as tariff_empty,
        bodies.ocpi_version like '2.3%' and bodies.tax_included is null as tax_included_missing,
        bodies.tax_treatment = 'none' and coalesce(oddities.has_vat_percent, false) as vat_rate_ignored,
        coalesce(oddities.has_unknown_component, false) as component_unknown,
        coalesce(oddities.has_unreadable_price, false) or bodies.has_unreadable_limit as price_unreadable,
        coalesce(oddities.has_unreadable_restriction, false) as restriction_unknown_value,
        coalesce(oddities.has_text_number, false) as price_as_text
    from bodies
    inner join price_hashes
        on bodies.tariff_hash = price_hashes.tariff_hash
    left join component_oddities as oddities
        on bodies.tariff_no = oddities.tariff_no

),

final as (

    {%- for code in [
        'tariff_empty', 'tax_included_missing', 'vat_rate_ignored', 'component_unknown', 'price_unreadable',
        'restriction_unknown_value', 'price_as_text'
    ] %}
    select
        tariff_no,
        '{{ code }}' as code,
        tariff_id as detail
    from judged
    where {{ code }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select * from final
