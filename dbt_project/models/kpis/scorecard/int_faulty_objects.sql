-- An object counts once, whatever number of rules it breaks.
with final as (

    select
        module,
        object_type,
        object_key,
        partner,
        currency,
        receipt_month,
        bool_or(is_reason) as is_stopped,
        max(claimed_excl_vat) as claimed_excl_vat
    from {{ ref('int_object_faults') }}
    group by module, object_type, object_key, partner, currency, receipt_month

)

select * from final
