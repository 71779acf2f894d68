with known_tariffs as (

    select
        cdr_key,
        min_by(tariff_hash, period_index) as known_tariff_hash,
        min_by(price_hash, period_index) as known_price_hash
    from {{ ref('int_known_period_tariffs') }}
    group by cdr_key

),

known as (

    select * from {{ ref('int_limited_totals') }}
    where scenario = 'known'

),

applied as (

    select * from {{ ref('int_applied_totals') }}

),

final as (

    select
        known_tariffs.cdr_key,
        known_tariffs.known_tariff_hash,
        known_tariffs.known_price_hash,
        -- The scenario `known` exists only where it prices otherwise.
        case
            when applied.is_priced then coalesce(known.total_excl_vat, applied.total_excl_vat)
        end as known_total_excl_vat,
        case
            when applied.is_priced then coalesce(known.total_incl_vat, applied.total_incl_vat)
        end as known_total_incl_vat
    from known_tariffs
    left join known
        on known_tariffs.cdr_key = known.cdr_key
    left join applied
        on known_tariffs.cdr_key = applied.cdr_key

)

select * from final
