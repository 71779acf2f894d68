with pairs as (

    select * from {{ ref('int_cdr_duplicate_pairs') }}

),

final as (

    -- R06
    select
        {{ hit_columns('cdr', 'cdr_duplicate_content', 'earlier_cdr_label') }}
    from pairs

)

select * from final
