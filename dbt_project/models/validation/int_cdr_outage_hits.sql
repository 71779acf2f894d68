with cdrs as (

    select
        cdr_key,
        cdr_label,
        partner,
        evse_key,
        started_at,
        ended_at
    from {{ ref('fct_cdrs') }}
    where not is_credit and ended_at >= started_at

),

outages as (

    select * from {{ ref('int_evse_outages') }}

),

out_of_service as (

    select
        cdrs.*,
        outages.statuses
    from cdrs
    inner join outages
        on
            cdrs.evse_key = outages.evse_key
            and cdrs.started_at >= outages.unusable_from_at
            and cdrs.ended_at <= outages.unusable_to_at

),

final as (

    -- R41
    select
        {{ hit_columns('cdr', 'evse_out_of_service', 'statuses') }}
    from out_of_service

)

select * from final
