-- R48: sessions below a quarter of an hour that lie within one, so that no meter that is read by the quarter could tell
-- what was charged at which price. One that ends with the quarter still lies within it.
with cdrs as (

    select
        cdr_no,
        {{ elapsed_s(epoch_start(), 'started_at') }} as started_s,
        {{ elapsed_s('started_at', 'ended_at') }} as duration_s
    from {{ ref('fct_cdrs') }}
    where not is_credit

),

scopes as (

    select * from {{ ref('int_cdr_rule_scopes') }}

),

settings as (

    {{ rule_settings([['period_spans_price_change', 'exempt_below_s']]) }}

),

final as (

    select cdrs.cdr_no
    from cdrs
    left join scopes
        on cdrs.cdr_no = scopes.cdr_no
    inner join settings
        on coalesce(scopes.rule_scope_no, 0) = settings.rule_scope_no
    where
        cdrs.duration_s >= 0
        and cdrs.duration_s < settings.period_spans_price_change__exempt_below_s
        and floor(cdrs.started_s / settings.period_spans_price_change__exempt_below_s)
        = floor(
            (cdrs.started_s + greatest(cdrs.duration_s, 1) - 1) / settings.period_spans_price_change__exempt_below_s
        )

)

select * from final
