with final as (

    select
        object_type,
        rule_code,
        partner,
        currency,
        receipt_month,
        count(*) as object_count,
        count(*) filter (where is_reason) as stopped_count,
        sum(claimed_excl_vat) as claimed_excl_vat,
        sum(money_at_stake_excl_vat) as money_at_stake_excl_vat
    from {{ ref('int_object_faults') }}
    group by object_type, rule_code, partner, currency, receipt_month

)

select * from final
