-- Numerator and denominator of every rate per partner and day: ratios are only ever taken of sums.
{% set sources = {
    'sessions': ('int_kpi_sessions_judged', 'session_date', 'is_provisional'),
    'cdrs_by_session': ('int_kpi_cdrs_judged', 'session_date', 'is_session_provisional'),
    'cdrs_by_receipt': ('int_kpi_cdrs_judged', 'received_date', 'is_receipt_provisional'),
    'receipts': ('int_kpi_receipts_judged', 'received_date', 'is_provisional'),
} -%}
{% set on_time = 'delivery_latency_h <= ' ~ rule_parameter('cdr_delivery', 'on_time_h') -%}
{% set late = 'delivery_latency_h > ' -%}
{% set rates = [
    ('K01', 'sessions', 'is_success', 'is_attempt'),
    ('K11', 'sessions', 'has_cdr_in_time', 'is_completed'),
    ('K10', 'cdrs_by_receipt', on_time, 'is_measurable'),
    ('K13', 'cdrs_by_receipt', 'is_first_pass_accepted', 'true'),
    ('K13_FINAL', 'cdrs_by_receipt', "verdict = 'accepted'", 'true'),
    ('K14', 'cdrs_by_receipt', "verdict = 'rejected'", 'true'),
    ('K14_HOLD', 'cdrs_by_receipt', "verdict = 'held'", 'true'),
    ('K15', 'cdrs_by_receipt', late ~ rule_parameter('cdr_delivery', 'late_72_h'), 'is_measurable'),
    ('K15_24H', 'cdrs_by_receipt', late ~ rule_parameter('cdr_delivery', 'on_time_h'), 'is_measurable'),
    ('K15_30D', 'cdrs_by_receipt', late ~ rule_parameter('cdr_delivery', 'late_30_days_h'), 'is_measurable'),
    ('K15_90D', 'cdrs_by_receipt', late ~ rule_parameter('cdr_delivery', 'late_90_days_h'), 'is_measurable'),
    ('K16', 'receipts', 'is_repeat', 'true'),
    ('K12', 'cdrs_by_session', 'is_orphan', 'has_session_partner'),
    ('K20', 'cdrs_by_session', 'has_session', 'has_session_partner'),
    ('K22', 'cdrs_by_session', 'is_within_tolerance', 'is_compared'),
    ('K40', 'cdrs_by_session', 'is_disputed', 'true'),
] -%}
with
{% for kpi_id, source, numerator, denominator in rates %}
{%- set model, day, provisional = sources[source] %}
counts_{{ loop.index }} as (

    select
        '{{ kpi_id }}' as kpi_id,
        partner,
        {{ day }} as kpi_date,
        sum(case when {{ numerator }} and {{ denominator }} then 1 else 0 end) as numerator,
        sum(case when {{ denominator }} then 1 else 0 end) as denominator,
        max(case when {{ denominator }} and {{ provisional }} then 1 else 0 end) as provisional_flag,
    from {{ ref(model) }}
    group by partner, {{ day }}

),
{% endfor %}
final as (

    {% for rate in rates %}
    select
        kpi_id,
        partner,
        kpi_date,
        cast(numerator as bigint) as numerator,
        cast(denominator as bigint) as denominator,
        provisional_flag,
    from counts_{{ loop.index }}
    where denominator > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
