{%- set families = [
    'int_cdr_structure_hits', 'int_cdr_detail_hits', 'int_cdr_identity_hits', 'int_cdr_token_hits',
    'int_cdr_reference_hits', 'int_cdr_evse_hits', 'int_cdr_connector_hits', 'int_cdr_duplicate_hits',
    'int_cdr_overlap_hits', 'int_cdr_time_hits', 'int_cdr_period_hits', 'int_cdr_energy_hits', 'int_cdr_power_hits',
    'int_cdr_meter_hits', 'int_cdr_outage_hits', 'int_cdr_place_hits', 'int_cdr_cost_hits', 'int_cdr_tax_hits',
    'int_cdr_credit_hits',
    'int_session_hits', 'int_location_hits', 'int_evse_hits', 'int_evse_tariff_hits', 'int_tariff_structure_hits',
    'int_tariff_hits', 'int_token_hits', 'int_token_uid_hits', 'int_token_sharing_hits',
] %}

with codes as (

    select * from {{ ref('codes') }}

),

rules as (

    select * from {{ ref('rules') }}

),

severities as (

    select * from {{ ref('int_cdr_severities') }}

),

hits as (

    {% for family in families -%}
    select
        *,
        'sql' as judge
    from {{ ref(family) }}
    union all
    {% endfor -%}
    select
        *,
        'gx' as judge
    from {{ ref('int_gx_hits') }}

),

final as (

    select
        md5(concat_ws('|', hits.object_type, hits.object_key, hits.rule_code, hits.judge)) as rule_hit_key,
        hits.object_type,
        hits.object_key,
        hits.object_label,
        hits.partner,
        hits.rule_code,
        cast(rules.rule_version as integer) as rule_version,
        coalesce(severities.severity, hits.severity, codes.severity) as severity,
        hits.judge,
        hits.observed,
        hits.bound
    from hits
    left join codes on hits.rule_code = codes.code
    left join rules on hits.rule_code = rules.rule_code
    left join severities
        on
            hits.object_type = 'cdr'
            and hits.object_key = severities.cdr_key
            and hits.rule_code = severities.rule_code
    where coalesce(severities.severity <> 'off', true)

)

select * from final
