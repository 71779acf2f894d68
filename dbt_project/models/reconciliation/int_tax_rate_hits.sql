-- R56. A total of parts at several rates has none of them; its tax is right where it follows from a tariff whose rates
-- are all known.
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

reconciled as (

    select
        cdr_key,
        tariff_hash,
        is_within_tolerance and difference_vat is not null as is_tax_of_tariff,
    from {{ ref('fct_cdr_reconciliation') }}
    where cdr_key in (select suspects.cdr_key from suspects)

),

tariff_rates as (

    select
        tariff_hash,
        list(distinct vat_percent) as rates_percent,
    from {{ ref('int_tariff_components') }}
    where vat_percent <> 0
    group by tariff_hash

),

final as (

    select
        'cdr' as object_type,
        suspects.cdr_key as object_key,
        suspects.cdr_label as object_label,
        suspects.partner,
        'tax_rate_unexpected' as rule_code,
        cast(null as varchar) as severity,
        cast(round(suspects.tax * 100 / suspects.total_cost_excl_vat, 2) as varchar) as observed,
        suspects.rates_text as bound,
    from suspects
    inner join reconciled
        on suspects.cdr_key = reconciled.cdr_key
    left join tariff_rates
        on reconciled.tariff_hash = tariff_rates.tariff_hash
    where
        suspects.cdr_key not in (select tax_hits.object_key from tax_hits)
        and not coalesce(
            reconciled.is_tax_of_tariff and list_has_all(suspects.rates_percent, tariff_rates.rates_percent), false
        )

)

select * from final
