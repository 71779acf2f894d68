{{ config(materialized='view') }}

with totals as (

    select * from {{ ref('int_limited_totals') }}

),

unpriced as (

    select cdr_no from {{ ref('int_unpriced_cdrs') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

price_hashes as (

    select * from {{ ref('int_tariff_price_hashes') }}

),

final as (

    select
        {{ cdr_of_pricing('totals.pricing_no') }} as cdr_no,
        unpriced.cdr_no is null as is_priced,
        bodies.tariff_id,
        bodies.tariff_hash,
        price_hashes.price_hash,
        {%- for amount in [
            'total_excl_vat', 'total_incl_vat', 'energy_excl_vat', 'time_excl_vat', 'parking_excl_vat', 'flat_excl_vat',
            'reservation_excl_vat'
        ] %}
        case when unpriced.cdr_no is null then totals.{{ amount }} end as {{ amount }},
        {%- endfor %}
        case
            when unpriced.cdr_no is null
                then coalesce(totals.min_price_excl_vat, 0) + coalesce(totals.max_price_excl_vat, 0)
        end as adjustment_excl_vat
    from totals
    inner join bodies
        on totals.first_tariff_no = bodies.tariff_no
    inner join price_hashes
        on bodies.tariff_hash = price_hashes.tariff_hash
    left join unpriced
        on {{ cdr_of_pricing('totals.pricing_no') }} = unpriced.cdr_no
    where {{ is_of_scenario('totals.pricing_no', 'applied') }}

)

select * from final
