-- R56. A total of parts at several rates has none of them: where the tariffs of a CDR have several and all are known, its
-- tax is only held against them (`vat_mismatch`).
with suspects as (

    select * from {{ ref('int_tax_rate_suspects') }}

),

-- Tax that contradicts itself, or does not follow from the tariff, has no rate to speak of.
tax_hits as (

    select object_key from {{ ref('int_cdr_tax_hits') }}
    union all
    select object_key from {{ ref('int_price_hits') }}
    where rule_code = 'vat_mismatch'

),

priced as (

    select
        cdr_key,
        tariff_hash,
    from {{ ref('fct_cdr_reconciliation') }}
    where cdr_key in (select suspects.cdr_key from suspects)

),

tariff_sets as (

    select * from {{ ref('int_cdr_tariff_sets') }}

),

tariffs as (

    select
        suspects.cdr_key,
        coalesce(tariff_sets.tariff_hash, priced.tariff_hash) as tariff_hash,
    from suspects
    inner join priced
        on suspects.cdr_key = priced.cdr_key
    left join tariff_sets
        on
            suspects.ocpi_version = tariff_sets.ocpi_version
            and suspects.tariff_set_hash = tariff_sets.tariff_set_hash

),

rates as (

    select
        tariffs.cdr_key,
        count(distinct coalesce(components.vat_percent, 0)) as rate_count,
        coalesce(list(distinct components.vat_percent) filter (components.vat_percent <> 0), []) as rates_percent,
    from tariffs
    inner join {{ ref('int_tariff_components') }} as components
        on tariffs.tariff_hash = components.tariff_hash
    group by tariffs.cdr_key

),

final as (

    select
        'cdr' as object_type,
        suspects.cdr_key as object_key,
        suspects.cdr_label as object_label,
        suspects.partner,
        'tax_rate_unexpected' as rule_code,
        cast(null as varchar) as severity,
        {{ number_text('round(suspects.tax * 100 / suspects.total_cost_excl_vat, 2)') }} as observed,
        suspects.rates_text as bound,
    from suspects
    left join rates
        on suspects.cdr_key = rates.cdr_key
    where
        suspects.cdr_key not in (select tax_hits.object_key from tax_hits)
        and not coalesce(rates.rate_count > 1 and list_has_all(suspects.rates_percent, rates.rates_percent), false)

)

select * from final
