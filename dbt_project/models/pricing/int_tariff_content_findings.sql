-- What is odd about the tariffs that a CDR is priced by, once per CDR and code.
with cdr_tariffs as (

    select distinct
        cdr_key,
        tariff_hash
    from {{ ref('int_period_tariffs') }}
    where scenario = 'applied'

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

price_hashes as (

    select * from {{ ref('int_tariff_price_hashes') }}

),

component_oddities as (

    select
        tariff_hash,
        bool_or(component_type is null or component_type not in ('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT')) as has_unknown_component,
        bool_or(price is null or step_size is null or has_unreadable_vat) as has_unreadable_price,
        bool_or(has_unreadable_restriction) as has_unreadable_restriction,
        bool_or(has_text_number) as has_text_number,
        bool_or(vat_percent is not null) as has_vat_percent
    from {{ ref('int_tariff_components') }}
    group by tariff_hash

),

judged as (

    select
        cdr_tariffs.cdr_key,
        bodies.tariff_id,
        coalesce(bodies.currency, '-') <> coalesce(upper(cdrs.currency), '-') as tariff_currency_mismatch,
        price_hashes.usable_component_count = 0 as tariff_empty,
        price_hashes.needs_local_time and cdrs.time_zone is null as time_zone_unknown,
        bodies.ocpi_version like '2.3%' and bodies.tax_included is null as tax_included_missing,
        bodies.tax_treatment = 'none' and coalesce(oddities.has_vat_percent, false) as vat_rate_ignored,
        coalesce(oddities.has_unknown_component, false) as component_unknown,
        coalesce(oddities.has_unreadable_price, false) as price_unreadable,
        coalesce(oddities.has_unreadable_restriction, false) as restriction_unknown_value,
        coalesce(oddities.has_text_number, false) as price_as_text
    from cdr_tariffs
    inner join cdrs
        on cdr_tariffs.cdr_key = cdrs.cdr_key
    inner join bodies
        on cdr_tariffs.tariff_hash = bodies.tariff_hash
    inner join price_hashes
        on cdr_tariffs.tariff_hash = price_hashes.tariff_hash
    left join component_oddities as oddities
        on cdr_tariffs.tariff_hash = oddities.tariff_hash

),

final as (

    {%- for code in [
        'tariff_currency_mismatch', 'tariff_empty', 'time_zone_unknown', 'tax_included_missing', 'vat_rate_ignored',
        'component_unknown', 'price_unreadable', 'restriction_unknown_value', 'price_as_text'
    ] %}
    select
        cdr_key,
        '{{ code }}' as code,
        cast(null as integer) as period_index,
        min(tariff_id) as detail
    from judged
    where {{ code }}
    group by cdr_key
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select * from final
