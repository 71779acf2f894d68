-- One row per CDR version as received. The names are those of OCPI 2.2.1; 2.1.1 writes them elsewhere.
with parsed as (

    select
        * exclude (fields),
        fields as sent,
        regexp_matches(ocpi_version, '^2[.][01]') as is_ocpi_21,
        fields.location.evses[1] as evse,
        case when ltrim(fields.total_cost) ^@ '{' then try_cast(fields.total_cost as json) end as cost,
        from_json(
            fields.charging_periods,
            '[{"start_date_time": "VARCHAR", "dimensions": [{"type": "VARCHAR", "volume": "JSON"}]}]'
        ) as periods
    from raw.cdrs
    where landing_seq between $first and $last

),

fields as (

    select
        object_key,
        concat(upper(country_code), '*', upper(party_id), '*', object_id) as object_label,
        object_hash,
        landing_seq,
        ordinal,
        partner,
        received_at,
        tariff_set_hash,
        is_ocpi_21,
        not is_ocpi_21 as is_ocpi_22_or_later,
        coalesce(try_cast(lower(trim(sent.credit)) as boolean), false) as is_credit,
        filled(sent.start_date_time) as start_date_time,
        filled(coalesce(sent.end_date_time, sent.stop_date_time)) as end_date_time,
        filled(sent.cdr_token.uid) as "cdr_token.uid",
        filled(sent.cdr_token.type) as "cdr_token.type",
        filled(coalesce(sent.cdr_token.contract_id, sent.auth_id)) as "cdr_token.contract_id",
        "cdr_token.contract_id" as auth_id,
        filled(sent.auth_method) as auth_method,
        filled(coalesce(sent.cdr_location.id, sent.location.id)) as "location.id",
        filled(coalesce(sent.cdr_location.country, sent.location.country)) as "location.country",
        filled(coalesce(sent.cdr_location.coordinates.latitude, sent.location.coordinates.latitude)) as latitude,
        filled(coalesce(sent.cdr_location.coordinates.longitude, sent.location.coordinates.longitude)) as longitude,
        latitude || longitude as "location.coordinates",
        filled(coalesce(sent.cdr_location.evse_uid, evse.uid)) as "location.evse_uid",
        filled(coalesce(sent.cdr_location.evse_id, evse.evse_id)) as "location.evse_id",
        filled(coalesce(sent.cdr_location.connector_id, evse.connectors[1].id)) as "location.connector_id",
        filled(sent.currency) as currency,
        case when json_array_length(sent.charging_periods) > 0 then 'sent' end as charging_periods,
        filled(case
            when cost is null then sent.total_cost else coalesce(cost ->> 'excl_vat', cost ->> 'before_taxes')
        end) as total_cost,
        filled(cost ->> 'incl_vat') as total_cost_incl_vat,
        list_transform(
            from_json(cost -> 'taxes', '[{"amount": "VARCHAR"}]'), lambda tax: try_cast(tax.amount as decimal(18, 6))
        ) as taxes,
        list_transform(
            [
                sent.total_fixed_cost, sent.total_energy_cost, sent.total_time_cost, sent.total_parking_cost,
                sent.total_reservation_cost
            ],
            lambda part: number(coalesce(part.excl_vat, part.before_taxes))
        ) as cost_parts,
        filled(sent.total_energy) as total_energy,
        filled(sent.total_time) as total_time,
        filled(sent.total_parking_time) as total_parking_time,
        filled(sent.last_updated) as last_updated,
        list_transform(periods, lambda period: moment(period.start_date_time)) as period_starts,
        list_transform(periods, lambda period: list_transform(
            period.dimensions,
            lambda dimension: {'type': code(dimension.type), 'volume': number(trim(dimension.volume, '"'))}
        )) as period_dimensions
    from parsed

),

typed as (

    select
        *,
        moment(start_date_time) as started_at,
        moment(end_date_time) as ended_at,
        moment(last_updated) as updated_at,
        number(total_energy) as energy_kwh,
        number(total_time) as time_h,
        number(total_parking_time) as parking_h,
        number(total_cost) as cost,
        case
            when taxes is null then number(total_cost_incl_vat)
            when list_count(taxes) = len(taxes) then number(number(total_cost) + coalesce(list_sum(taxes), 0))
        end as cost_incl_vat,
        list_transform(period_dimensions, lambda dimensions: number(list_sum(volumes(dimensions, 'ENERGY')))) as energies,
        list_transform(period_dimensions, lambda dimensions: number(list_sum(volumes(dimensions, 'RESERVATION_TIME'))))
            as reservations,
        -- Twice in one period is once with the sum, which has to be readable like any volume.
        len(list_filter(period_dimensions, lambda dimensions: len(list_filter(
            ['ENERGY', 'TIME', 'PARKING_TIME', 'RESERVATION_TIME', 'MIN_CURRENT', 'MAX_CURRENT', 'MIN_POWER', 'MAX_POWER'],
            lambda kind: len(volumes(dimensions, kind)) > list_count(volumes(dimensions, kind))
            or (kind[:4] not in ('MIN_', 'MAX_') and abs(list_sum(volumes(dimensions, kind))) >= 1000000)
        )) > 0)) > 0 as has_unreadable_volume
    from fields

),

-- What only follows from a wrong clock is not found again in the durations.
clocked as (

    select
        *,
        coalesce(ended_at < started_at, false)
        or coalesce(seconds_between(received_at, greatest(started_at, ended_at)) > @timestamp_in_future.skew_s, false)
        or coalesce(extract(year from least(started_at, ended_at)) < @timestamp_epoch_placeholder.first_year, false)
            as has_clock_fault
    from typed

),

-- A minimum or maximum price moves the total and not its parts.
limited_sets as (

    select tariff_set_hash
    from raw.tariff_sets
    where len(list_filter(from_json(tariffs, '["JSON"]'), lambda tariff: coalesce(
        number(coalesce(tariff -> 'min_price' ->> 'before_taxes', tariff -> 'min_price' ->> 'excl_vat')),
        number(coalesce(tariff -> 'min_price' ->> 'after_taxes', tariff -> 'min_price' ->> 'incl_vat')),
        number(coalesce(tariff -> 'max_price' ->> 'before_taxes', tariff -> 'max_price' ->> 'excl_vat')),
        number(coalesce(tariff -> 'max_price' ->> 'after_taxes', tariff -> 'max_price' ->> 'incl_vat'))
    ) is not null)) > 0

)

select
    * exclude (
        received_at, tariff_set_hash, latitude, longitude, taxes, cost_parts, period_starts, period_dimensions, started_at,
        ended_at, updated_at, energy_kwh, time_h, parking_h, cost, cost_incl_vat, total_cost_incl_vat, energies,
        reservations, has_unreadable_volume, has_clock_fault
    ),
    filled(concat_ws(
        ',',
        case when start_date_time is not null and started_at is null then 'start_date_time' end,
        case when end_date_time is not null and ended_at is null then 'end_date_time' end,
        case when last_updated is not null and updated_at is null then 'last_updated' end,
        case when latitude is not null and number(latitude) is null then 'location.coordinates.latitude' end,
        case when longitude is not null and number(longitude) is null then 'location.coordinates.longitude' end,
        case when total_energy is not null and energy_kwh is null then 'total_energy' end,
        case when total_time is not null and time_h is null then 'total_time' end,
        case when total_parking_time is not null and parking_h is null then 'total_parking_time' end,
        case when total_cost is not null and cost is null then 'total_cost' end,
        case
            when (total_cost_incl_vat is not null or len(taxes) > 0) and cost_incl_vat is null then 'total_cost.incl_vat'
        end
    )) as unreadable_fields,
    cast(date_diff('microsecond', started_at, ended_at) as double) as duration_us,
    extract(year from least(started_at, ended_at, updated_at)) as earliest_year,
    moment_text(least(started_at, ended_at, updated_at)) as earliest,
    code(currency) as currency_code,
    code(auth_method) as auth_method_code,
    code("cdr_token.type") as token_type_code,
    date_diff('microsecond', received_at, greatest(started_at, ended_at, updated_at)) / 1e6 as after_receipt_s,
    moment_text(greatest(started_at, ended_at, updated_at)) as latest,
    -- `#NA` stands for a reservation that never became a session (CdrLocation).
    nullif("location.evse_id", '#NA') as judged_evse_id,
    length("cdr_token.contract_id") as contract_id_length,
    case
        when not has_clock_fault and time_h >= 0
            then cast(abs(time_h * 3600 - seconds_between(started_at, ended_at)) as double)
    end as time_gap_s,
    cast((parking_h - time_h) * 3600 as double) as parking_excess_s,
    cast(time_h as double) as time_h,
    cast(parking_h as double) as parking_h,
    case when not has_clock_fault and len(period_starts) > 0 then filled(concat_ws(
        ',',
        case when list_count(period_starts) < len(period_starts) then 'without start' end,
        case
            when len(list_filter(list_zip(period_starts, period_starts[2:]), lambda pair: pair[2] <= pair[1])) > 0
                then 'not ascending'
        end,
        case
            when abs(date_diff('microsecond', started_at, list_min(period_starts)))
                > @charging_periods_disorder.tolerance_s * 1000000
                then 'not from the start'
        end,
        case
            when date_diff('microsecond', ended_at, list_max(period_starts))
                > @charging_periods_disorder.tolerance_s * 1000000
                then 'beyond the end'
        end
    )) end as periods_disorder,
    -- A credit repeats the volumes of its original; they were judged there.
    case when not is_credit then cast(energy_kwh as double) end as judged_energy_kwh,
    case when not is_credit and not has_unreadable_volume then cast(
        abs(list_sum(energies) - energy_kwh) - greatest(
            @energy_sum_mismatch.tolerance_kwh, abs(energy_kwh) * @energy_sum_mismatch.tolerance_percent * 0.01
        ) as double
    ) end as energy_sum_excess_kwh,
    list_sum(energies) as energy_sum_kwh,
    case
        when not is_credit and energy_kwh = 0 and not coalesce(list_sum(reservations) > 0, false)
            and coalesce(cost_parts[5], 0) = 0
            then cast(cost as double)
    end as cost_without_energy,
    -- Of a credit only the total is negated; senders that negate the parts too mean the same.
    case when tariff_set_hash is null or is_ocpi_21 or tariff_set_hash not in (from limited_sets) then cast(
        case
            when is_credit then abs(abs(list_sum(cost_parts)) - abs(cost)) else abs(list_sum(cost_parts) - cost)
        end - list_count(cost_parts) * @component_sum_mismatch.tolerance_per_part as double
    ) end as cost_parts_excess,
    list_sum(cost_parts) as cost_parts_sum
from clocked
