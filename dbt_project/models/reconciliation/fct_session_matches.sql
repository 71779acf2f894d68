with links as (

    select * from {{ ref('int_session_links') }}

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

sessions as (

    select
        *,
        {{ record_no('landing_seq', 'ordinal') }} as session_no,
    from {{ ref('fct_sessions') }}

),

final as (

    select
        md5(coalesce(sessions.session_key, '') || '|' || coalesce(cdrs.cdr_key, '')) as match_key,
        sessions.session_key,
        sessions.session_label,
        cdrs.cdr_key,
        cdrs.cdr_label,
        coalesce(cdrs.partner, sessions.partner) as partner,
        links.match_status,
        links.match_level,
        sessions.status as session_status,
        cdrs.is_credit as is_credit_cdr,
        sessions.energy_kwh as session_energy_kwh,
        cdrs.total_energy_kwh as cdr_energy_kwh,
        cast(cdrs.total_energy_kwh - sessions.energy_kwh as decimal(18, 6)) as energy_delta_kwh,
        cast({{ elapsed_s('sessions.started_at', 'cdrs.started_at') }} as bigint) as start_delta_s,
        cast({{ elapsed_s('sessions.ended_at', 'cdrs.ended_at') }} as bigint) as end_delta_s,
        cast(cdrs.total_cost_excl_vat - sessions.total_cost_excl_vat as decimal(38, 12)) as cost_delta_excl_vat,
        coalesce(
            upper(cdrs.token_uid) <> upper(sessions.token_uid), upper(cdrs.contract_id) <> upper(sessions.contract_id), false
        ) as has_other_token,
        coalesce(cdrs.evse_key <> sessions.evse_key, false) as has_other_evse,
        sessions.ended_at as session_ended_at,
        cdrs.ended_at as cdr_ended_at,
        cdrs.first_received_at as cdr_first_received_at,
    from links
    left join cdrs
        on links.cdr_no = cdrs.cdr_no
    left join sessions
        on links.session_no = sessions.session_no

)

select * from final
