with splits as (

    select * from {{ ref('int_cdr_difference_splits') }}

),

causes as (

    select
        cdr_key,
        partner,
        currency,
        session_date,
        billing_month,
        leading_cause_code as cause_code,
        amount_excl_vat,
        cast(amount_incl_vat - unexplained_vat as decimal(38, 12)) as amount_incl_vat,
    from splits

    union all

    select
        cdr_key,
        partner,
        currency,
        session_date,
        billing_month,
        'vat' as cause_code,
        cast(0 as decimal(38, 12)) as amount_excl_vat,
        unexplained_vat as amount_incl_vat,
    from splits

),

final as (

    select
        md5(cdr_key || '|' || cause_code) as difference_key,
        cdr_key,
        partner,
        currency,
        session_date,
        billing_month,
        cause_code,
        amount_excl_vat,
        amount_incl_vat,
    from causes
    where coalesce(amount_excl_vat, 0) <> 0 or coalesce(amount_incl_vat, 0) <> 0

)

select * from final
