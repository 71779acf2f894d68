{{ config(materialized='view') }}

with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

applied as (

    select * from {{ ref('int_applied_totals') }}

),

credits as (

    select * from {{ ref('int_credit_totals') }}

),

known as (

    select * from {{ ref('int_known_totals') }}

),

unpriced as (

    select * from {{ ref('int_unpriced_cdrs') }}

),

line_rounded as (

    select * from {{ ref('int_line_rounded_totals') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

final as (

    select
        cdrs.*,
        coalesce(applied.is_priced, false) as is_priced,
        unpriced.not_priced_code,
        case
            when applied.cdr_no is null then null
            when cdrs.tariff_set_hash is null then 'known_at_start'
            else 'embedded'
        end as tariff_source,
        applied.tariff_id,
        applied.tariff_hash,
        applied.price_hash,
        cast(coalesce(applied.total_excl_vat, credits.total_excl_vat) as decimal(38, 12)) as total_excl_vat,
        cast(coalesce(applied.total_incl_vat, credits.total_incl_vat) as decimal(38, 12)) as total_incl_vat,
        {%- for amount in ['energy', 'time', 'parking', 'flat', 'reservation', 'adjustment'] %}
        cast(applied.{{ amount }}_excl_vat as decimal(38, 12)) as {{ amount }}_excl_vat,
        {%- endfor %}
        {%- for tax in ['excl_vat', 'incl_vat'] %}
        coalesce(
            line_rounded.total_{{ tax }}_rounded,
            {{ round_by_mode(
                'coalesce(applied.total_' ~ tax ~ ', credits.total_' ~ tax ~ ')', 'currencies.minor_unit', 'policies.rounding_mode'
            ) }}
        ) as total_{{ tax }}_rounded,
        {%- endfor %}
        cast(coalesce(currencies.minor_unit, 2) as integer) as rounding_decimals,
        policies.policies,
        known.known_tariff_hash,
        known.known_price_hash,
        case when applied.is_priced then known.known_total_excl_vat end as known_total_excl_vat,
        case when applied.is_priced then known.known_total_incl_vat end as known_total_incl_vat
    from cdrs
    left join applied on cdrs.cdr_no = applied.cdr_no
    left join credits on cdrs.cdr_no = credits.cdr_no
    left join known on cdrs.cdr_no = known.cdr_no
    left join unpriced on cdrs.cdr_no = unpriced.cdr_no
    left join line_rounded on cdrs.cdr_no = line_rounded.cdr_no
    left join policies on cdrs.partner = policies.partner
    left join currencies on cdrs.currency = currencies.currency

)

select * from final
