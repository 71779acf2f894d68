-- R54: no session of a tariff costs less than its minimum price or more than its maximum, before and after tax each by
-- itself (mod_tariffs, Tariff). The tariff is the one that priced the CDR.
with reconciled as (

    select
        cdr_key,
        cdr_label,
        partner,
        tariff_hash,
        claimed_excl_vat,
        claimed_incl_vat,
    from {{ ref('fct_cdr_reconciliation') }}
    where is_priced and not is_credit

),

limited as (

    select
        tariff_hash,
        min_price_excl_vat,
        min_price_incl_vat,
        max_price_excl_vat,
        max_price_incl_vat,
    from {{ ref('int_tariff_bodies') }}
    where
        coalesce(min_price_excl_vat, min_price_incl_vat) is not null
        or coalesce(max_price_excl_vat, max_price_incl_vat) is not null

),

scopes as (

    select * from {{ ref('int_cdr_rule_scopes') }}

),

settings as (

    {{ rule_settings([['min_max_price_breached', 'tolerance']]) }}

),

sides as (

    {% for side in ['excl_vat', 'incl_vat'] -%}
    select
        reconciled.cdr_key,
        reconciled.cdr_label,
        reconciled.partner,
        '{{ 'before' if side == 'excl_vat' else 'after' }} tax' as side,
        reconciled.claimed_{{ side }} as claimed,
        limited.min_price_{{ side }} as min_price,
        limited.max_price_{{ side }} as max_price,
    from reconciled
    inner join limited
        on reconciled.tariff_hash = limited.tariff_hash
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

breached as (

    select
        sides.*,
        sides.claimed < sides.min_price as is_below,
    from sides
    left join scopes
        on sides.cdr_key = scopes.cdr_key
    inner join settings
        on coalesce(scopes.rule_scope_no, 0) = settings.rule_scope_no
    where
        sides.claimed < sides.min_price - settings.min_max_price_breached__tolerance
        or sides.claimed > sides.max_price + settings.min_max_price_breached__tolerance

),

-- Of a total that is wrong on both sides the one before tax is told.
final as (

    select
        'cdr' as object_type,
        cdr_key as object_key,
        cdr_label as object_label,
        partner,
        'min_max_price_breached' as rule_code,
        cast(null as varchar) as severity,
        {{ as_text('claimed') }} || ' ' || side as observed,
        case when is_below then {{ as_text('min_price') }} else {{ as_text('max_price') }} end as bound,
    from breached
    qualify row_number() over (partition by cdr_key order by side desc) = 1

)

select * from final
