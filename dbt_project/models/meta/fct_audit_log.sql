with entries as (

    select * from {{ ref('stg_ledger__audit_log') }}

),

final as (

    select
        entry_number,
        recorded_at,
        user_name,
        action,
        subject,
        detail ->> 'pull_id' as pull_id,
        cast(detail ->> 'landing_seq' as bigint) as landing_seq,
        coalesce(detail ->> 'outcome', detail ->> 'fault') as outcome,
        coalesce(detail ->> 'is_late' = '1', false) as is_late,
        cast(counts as varchar) as counts,
        content_sha256,
        cast(detail as varchar) as detail,
        previous_hash,
        entry_hash
    from entries

)

select * from final
