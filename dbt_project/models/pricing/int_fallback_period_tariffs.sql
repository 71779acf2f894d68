-- A CDR that embeds no tariff is priced by the tariff its connector had when the session began, as far as we knew it.
with periods as (

    select
        cdr_key,
        period_index,
        partner,
        session_started_at
    from {{ ref('int_ordered_periods') }}

),

cdrs as (

    select
        cdr_key,
        evse_key,
        connector_id
    from {{ ref('fct_cdrs') }}
    where tariff_set_hash is null

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

connector_tariffs as (

    select * from {{ ref('int_connector_tariffs') }}

),

versions as (

    select * from {{ ref('dim_tariff_versions') }}

),

final as (

    select
        periods.cdr_key,
        periods.period_index,
        versions.tariff_hash,
        coalesce(versions.valid_from_at, periods.session_started_at) <= periods.session_started_at
        and (versions.valid_to_at is null or versions.valid_to_at > periods.session_started_at) as is_valid_at_start
    from periods
    inner join cdrs
        on periods.cdr_key = cdrs.cdr_key
    inner join policies
        on
            periods.partner = policies.partner
            and policies.tariff_fallback = 'known_at_start'
    inner join connector_tariffs
        on
            cdrs.evse_key = connector_tariffs.evse_key
            and upper(cdrs.connector_id) = upper(connector_tariffs.connector_id)
            and periods.session_started_at >= connector_tariffs.seen_from_at
            and (connector_tariffs.seen_to_at is null or periods.session_started_at < connector_tariffs.seen_to_at)
    inner join versions
        on
            periods.partner = versions.partner
            and upper(connector_tariffs.tariff_id) = upper(versions.tariff_id)
            and periods.session_started_at >= versions.seen_from_at
            and (versions.seen_to_at is null or periods.session_started_at < versions.seen_to_at)
    qualify row_number() over (
        partition by periods.cdr_key, periods.period_index
        order by is_valid_at_start desc, upper(versions.tariff_id), versions.tariff_key asc
    ) = 1

)

select * from final
