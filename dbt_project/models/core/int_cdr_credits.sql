-- Which CDR a credit takes back, and the how-manieth credit of that CDR it is, in order of receipt.
with cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where is_credit and credit_reference_id is not null

),

final as (

    select
        cdr_key,
        {{ object_key('receiving_country_code', 'receiving_party_id', 'country_code', 'party_id', 'credit_reference_id') }}
            as original_cdr_key,
        cast(row_number() over (
            partition by {{ object_key('receiving_country_code', 'receiving_party_id', 'country_code', 'party_id', 'credit_reference_id') }}
            order by first_received_at, cdr_id
        ) as integer) as credit_number
    from cdrs

)

select * from final
