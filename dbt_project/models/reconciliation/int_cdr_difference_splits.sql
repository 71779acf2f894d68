{{ config(materialized='view') }}

-- One leading cause per CDR, and beside it the tax that its own difference does not explain.
with reconciled as (

    select
        *,
        cast(expected_incl_vat - expected_excl_vat as decimal(38, 12)) as expected_vat,
        {{ rule_parameter('vat_mismatch', 'tolerance') }} as vat_tolerance,
    from {{ ref('fct_cdr_reconciliation') }}

),

taxed as (

    select
        *,
        case
            when is_credit then cast(0 as decimal(38, 12))
            when difference_excl_vat = 0 or expected_vat = 0 or expected_excl_vat = 0 then difference_vat
            else difference_vat - {{ round_money(
                scale_exactly('difference_excl_vat', 'expected_vat', 'expected_excl_vat'), 4
            ) }}
        end as unexplained_vat,
    from reconciled

),

final as (

    select
        cdr_key,
        partner,
        currency,
        session_date,
        billing_month,
        case
            when compared_difference is null then 'not_priced'
            when is_credit then 'credit'
            when is_within_tolerance then 'rounding'
            when is_within_tolerance_of_known then 'stale_tariff'
            else 'not_from_tariff'
        end as leading_cause_code,
        -- Without an expected amount the whole claim is unexplained.
        case when compared_difference is null then claimed_excl_vat else difference_excl_vat end as amount_excl_vat,
        case when compared_difference is null then claimed_incl_vat else difference_incl_vat end as amount_incl_vat,
        case
            when compared_difference is not null and abs(unexplained_vat) > vat_tolerance then unexplained_vat
            else cast(0 as decimal(38, 12))
        end as unexplained_vat,
    from taxed
    where claimed_excl_vat is not null or claimed_incl_vat is not null

)

select * from final
