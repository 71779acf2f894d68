-- R57: a credit names a known CDR of the same sender that is no credit itself, in the same currency, for minus
-- its total, and is its only credit. All that is wrong with one credit makes one hit.
with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

credits as (

    select * from {{ ref('int_cdr_credits') }}

),

paired as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        {{ names_where([
            ['credit_reference_id missing', 'cdrs.is_credit and cdrs.credit_reference_id is null'],
            ['credit_reference_id on a CDR that is no credit', 'not cdrs.is_credit and cdrs.credit_reference_id is not null'],
            ['original unknown', 'credits.cdr_key is not null and originals.cdr_key is null'],
            ['original is a credit', 'originals.is_credit'],
            ['another currency', 'originals.currency <> cdrs.currency'],
            ['another amount', 'abs(originals.total_cost_excl_vat + cdrs.total_cost_excl_vat) > ' ~ rule_parameter('credit_cdr_integrity', 'tolerance')],
            ['credited before', 'credits.credit_number > 1'],
        ]) }} as faults
    from cdrs
    left join credits on cdrs.cdr_key = credits.cdr_key
    left join cdrs as originals on credits.original_cdr_key = originals.cdr_key
    where cdrs.is_credit or cdrs.credit_reference_id is not null

),

final as (

    select
        {{ hit_columns('cdr', 'credit_cdr_integrity', 'faults') }}
    from paired
    where faults is not null

)

select * from final
