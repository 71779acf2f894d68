{% set steps = [
    'received', 'duplicates', 'changed_resends', 'quarantined', 'rejected', 'held', 'not_billed', 'billable', 'difference'
] -%}
with movements as (

    select * from {{ ref('int_bridge_movements') }}

),

-- Received less everything taken out less what is billable: zero, or something was lost or doubled.
differences as (

    select
        partner,
        billing_month,
        currency,
        'difference' as step,
        is_credit,
        case step when 'billable' then -cdr_count else cdr_count end as cdr_count,
        case step when 'billable' then -amount_excl_vat else amount_excl_vat end as amount_excl_vat,
    from movements

),

steps as (

    {% for step in steps %}
    select
        {{ loop.index }} as step_number,
        '{{ step }}' as step
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

bridges as (

    select distinct
        partner,
        billing_month,
        currency,
    from movements

),

all_movements as (

    select
        partner,
        billing_month,
        currency,
        step,
        is_credit,
        cdr_count,
        amount_excl_vat,
    from movements
    union all
    select * from differences

),

final as (

    select
        md5(concat_ws('|', bridges.partner, cast(bridges.billing_month as varchar), bridges.currency, steps.step)) as bridge_key,
        bridges.partner,
        bridges.billing_month,
        bridges.currency,
        cast(steps.step_number as integer) as step_number,
        steps.step,
        cast(coalesce(sum(all_movements.cdr_count), 0) as bigint) as cdr_count,
        cast(
            coalesce(sum(case when all_movements.is_credit then all_movements.cdr_count end), 0) as bigint
        ) as credit_cdr_count,
        cast(coalesce(sum(all_movements.amount_excl_vat), 0) as decimal(38, 12)) as amount_excl_vat,
    from bridges
    cross join steps
    left join all_movements
        on
            bridges.partner = all_movements.partner
            and bridges.billing_month = all_movements.billing_month
            and bridges.currency = all_movements.currency
            and steps.step = all_movements.step
    group by bridges.partner, bridges.billing_month, bridges.currency, steps.step_number, steps.step

)

select * from final
