with statements as (

    select * from {{ ref('int_identity_statements') }}

),

cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        started_at,
        ended_at,
        started_local_at,
        ended_local_at,
        time_zone,
        evse_id,
        location_id,
        latitude,
        longitude
    from {{ ref('fct_cdrs') }}
    where cdr_no in (select unnest([statements.cdr_no_a, statements.cdr_no_b]) from statements)

),

final as (

    select
        md5(concat_ws('|', statements.case_key, statements.heuristic, cdrs_a.cdr_key, cdrs_b.cdr_key)) as evidence_key,
        statements.case_key,
        cast(row_number() over (
            partition by statements.case_key
            order by statements.to_at, statements.heuristic, cdrs_b.cdr_key, cdrs_a.cdr_key
        ) as integer) as evidence_number,
        statements.heuristic,
        statements.points,
        statements.statement,
        {%- for side in ['a', 'b'] %}
        cdrs_{{ side }}.cdr_key as cdr_key_{{ side }},
        cdrs_{{ side }}.cdr_label as cdr_label_{{ side }},
        cdrs_{{ side }}.partner as partner_{{ side }},
        cdrs_{{ side }}.started_at as started_at_{{ side }},
        cdrs_{{ side }}.ended_at as ended_at_{{ side }},
        cdrs_{{ side }}.started_local_at as started_local_at_{{ side }},
        cdrs_{{ side }}.ended_local_at as ended_local_at_{{ side }},
        cdrs_{{ side }}.time_zone as time_zone_{{ side }},
        cdrs_{{ side }}.evse_id as evse_id_{{ side }},
        cdrs_{{ side }}.location_id as location_id_{{ side }},
        cdrs_{{ side }}.latitude as latitude_{{ side }},
        cdrs_{{ side }}.longitude as longitude_{{ side }},
        {%- endfor %}
        statements.distance_km,
        statements.gap_s,
        statements.overlap_s,
        case
            when statements.heuristic = 'impossible_travel' and statements.gap_s > 0
                then cast(cast(statements.distance_km as double) * 3600 / cast(statements.gap_s as double) as decimal(18, 1))
        end as speed_km_h,
        statements.energy_kwh,
        statements.charge_count
    from statements
    left join cdrs as cdrs_a on statements.cdr_no_a = cdrs_a.cdr_no
    left join cdrs as cdrs_b on statements.cdr_no_b = cdrs_b.cdr_no

)

select * from final
