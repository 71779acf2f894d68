with final as (

    select * from {{ ref('int_session_match_hits') }}

    union all

    select * from {{ ref('int_price_hits') }}

    union all

    select * from {{ ref('int_agreement_hits') }}

)

select * from final
