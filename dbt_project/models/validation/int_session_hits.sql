with sessions as (

    select * from {{ ref('fct_sessions') }}

),

final as (

    -- R01
    select
        {{ hit_columns('session', 'session_required_fields_missing', 'missing_fields') }}
    from sessions
    where missing_fields is not null

    union all

    -- R20
    select
        {{ hit_columns('session', 'session_end_before_start', timestamp_text('ended_at'), timestamp_text('started_at')) }}
    from sessions
    where ended_at < started_at

    union all

    -- R21
    select
        {{ hit_columns(
            'session', 'session_timestamp_in_future',
            timestamp_text('greatest(started_at, ended_at, last_updated_at)'), timestamp_text('version_received_at')
        ) }}
    from sessions
    where {{ is_after_receipt('greatest(started_at, ended_at, last_updated_at)', 'version_received_at') }}

    union all

    -- R31, R32
    select
        {{ hit_columns(
            'session', 'session_energy_invalid',
            number_text('energy_kwh'), number_text(rule_parameter('energy_unit_suspect', 'most_energy_kwh'))
        ) }}
    from sessions
    where energy_kwh not between 0 and {{ rule_parameter('energy_unit_suspect', 'most_energy_kwh') }}

    union all

    -- K01: a session that ended without energy failed, whatever the CPO calls it.
    select
        {{ hit_columns('session', 'session_zero_energy', number_text('energy_kwh'), "'0'") }}
    from sessions
    where status = 'COMPLETED' and energy_kwh = 0

    union all

    -- K05
    select
        {{ hit_columns('session', 'session_invalid_status', 'status') }}
    from sessions
    where status = 'INVALID'

)

select * from final
