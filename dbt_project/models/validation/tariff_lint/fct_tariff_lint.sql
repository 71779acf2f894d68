{%- set families = [
    'int_tariff_body_lint', 'int_tariff_limit_lint', 'int_tariff_restriction_lint', 'int_tariff_validity_lint',
    'int_tariff_expiry_lint', 'int_tariff_window_lint', 'int_tariff_element_lint', 'int_tariff_component_lint',
    'int_tariff_price_lint', 'int_tariff_time_lint', 'int_tariff_step_lint', 'int_tariff_vat_lint',
    'int_tariff_hidden_lint', 'int_tariff_fallback_lint', 'int_tariff_afir_lint',
] %}

with lint as (

    {% for family in families -%}
    select * from {{ ref(family) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

uses as (

    select * from {{ ref('int_tariff_uses') }}

),

codes as (

    select * from {{ ref('codes') }}

),

final as (

    select
        md5(concat(
            lint.tariff_hash,
            '|',
            lint.lint_code,
            '|',
            coalesce(cast(lint.element_index as varchar), '-'),
            '|',
            coalesce(cast(lint.component_index as varchar), '-'),
            '|',
            coalesce(lint.concerns, '-')
        )) as tariff_lint_key,
        lint.tariff_hash,
        bodies.ocpi_version,
        bodies.country_code,
        bodies.party_id,
        bodies.tariff_id,
        lint.lint_code,
        codes.severity,
        codes.kind = 'rule' as is_rule,
        lint.element_index,
        lint.component_index,
        lint.concerns,
        lint.observed,
        lint.bound,
        uses.tariff_count,
        uses.cdr_count,
        uses.connector_count
    from lint
    inner join bodies on lint.tariff_hash = bodies.tariff_hash
    inner join uses on lint.tariff_hash = uses.tariff_hash
    left join codes on lint.lint_code = codes.code

)

select * from final
