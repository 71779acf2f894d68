-- A CDR that embeds no tariff is priced by a tariff its connector had when the session began, as far as we knew it: by
-- the one that its periods name, where the connector had that.
with cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where not is_credit and tariff_set_hash is null

),

policies as (

    select * from {{ ref('int_partner_policies') }}
    where tariff_fallback = 'known_at_start'

),

connector_tariffs as (

    select * from {{ ref('int_connector_tariffs') }}

),

versions as (

    select * from {{ ref('dim_tariff_versions') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

-- 2.1.1 periods cannot name a tariff.
named as (

    select
        periods.cdr_no,
        min_by(upper(periods.tariff_id), periods.period_position) as tariff_id
    from {{ ref('stg_ocpi__cdr_periods') }} as periods
    inner join cdrs
        on periods.cdr_no = cdrs.cdr_no
    where periods.tariff_id is not null and not {{ is_ocpi_21('cdrs.ocpi_version') }}
    group by periods.cdr_no

),

candidates as (

    select
        cdrs.cdr_no,
        named.tariff_id as named_tariff_id,
        bodies.tariff_no,
        versions.tariff_key,
        upper(versions.tariff_id) as tariff_id,
        coalesce(versions.valid_from_at, cdrs.started_at) <= cdrs.started_at
        and (versions.valid_to_at is null or versions.valid_to_at > cdrs.started_at) as is_valid_at_start
    from cdrs
    inner join policies
        on cdrs.partner = policies.partner
    inner join connector_tariffs
        on
            cdrs.evse_key = connector_tariffs.evse_key
            and upper(cdrs.connector_id) = upper(connector_tariffs.connector_id)
            and cdrs.started_at >= connector_tariffs.seen_from_at
            and (connector_tariffs.seen_to_at is null or cdrs.started_at < connector_tariffs.seen_to_at)
    inner join versions
        on
            cdrs.partner = versions.partner
            and upper(connector_tariffs.tariff_id) = upper(versions.tariff_id)
            and cdrs.started_at >= versions.seen_from_at
            and (versions.seen_to_at is null or cdrs.started_at < versions.seen_to_at)
    inner join bodies
        on versions.tariff_hash = bodies.tariff_hash
    left join named
        on cdrs.cdr_no = named.cdr_no

),

final as (

    select
        cdr_no,
        tariff_no,
        is_valid_at_start,
        case when tariff_id <> named_tariff_id then named_tariff_id end as ignored_tariff_id
    from candidates
    qualify row_number() over (
        partition by cdr_no
        order by coalesce(tariff_id = named_tariff_id, false) desc, is_valid_at_start desc, tariff_id asc, tariff_key asc
    ) = 1

)

select * from final
