with totals as (

    select * from {{ ref('int_limited_totals') }}
    where scenario = 'applied'

),

unpriced as (

    select * from {{ ref('int_unpriced_cdrs') }}

),

price_hashes as (

    select * from {{ ref('int_tariff_price_hashes') }}

),

cdrs as (

    select
        cdr_key,
        tariff_set_hash
    from {{ ref('fct_cdrs') }}

),

final as (

    select
        totals.cdr_key,
        case when cdrs.tariff_set_hash is null then 'known_at_start' else 'embedded' end as tariff_source,
        totals.tariff_id,
        totals.first_tariff_hash as tariff_hash,
        price_hashes.price_hash,
        unpriced.cdr_key is null as is_priced,
        case when unpriced.cdr_key is null then totals.total_excl_vat end as total_excl_vat,
        case when unpriced.cdr_key is null then totals.total_incl_vat end as total_incl_vat
    from totals
    inner join cdrs
        on totals.cdr_key = cdrs.cdr_key
    inner join price_hashes
        on totals.first_tariff_hash = price_hashes.tariff_hash
    left join unpriced
        on totals.cdr_key = unpriced.cdr_key

)

select * from final
