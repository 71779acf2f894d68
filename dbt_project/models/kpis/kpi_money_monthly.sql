with outcomes as (

    select * from {{ ref('int_cdr_outcomes') }}

),

reconciled as (

    select * from {{ ref('fct_cdr_reconciliation') }}

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

billed as (

    select * from {{ ref('fct_billed_cdrs') }}

),

amounts as (

    select
        outcomes.billing_month as kpi_month,
        outcomes.partner,
        outcomes.currency,
        case when outcomes.is_credit then 0 else 1 end as cdr_count,
        case when outcomes.is_credit then 1 else 0 end as credit_cdr_count,
        -- A credit CDR repeats the energy of its original as a positive number.
        case when outcomes.is_credit then -cdrs.total_energy_kwh else cdrs.total_energy_kwh end as energy_kwh,
        outcomes.claimed_excl_vat,
        reconciled.expected_excl_vat,
        case outcomes.verdict when 'accepted' then outcomes.claimed_excl_vat end as accepted_excl_vat,
        case outcomes.verdict when 'held' then outcomes.claimed_excl_vat end as held_excl_vat,
        case outcomes.verdict when 'rejected' then outcomes.claimed_excl_vat end as rejected_excl_vat,
        billed.energy_kwh as billed_energy_kwh,
        billed.wholesale_net_amount as wholesale_excl_vat,
        billed.retail_net_amount as retail_excl_vat,
        billed.margin_amount as margin_excl_vat,
    from outcomes
    inner join reconciled
        on outcomes.cdr_key = reconciled.cdr_key
    inner join cdrs
        on outcomes.cdr_key = cdrs.cdr_key
    left join billed
        on outcomes.cdr_key = billed.cdr_key

),

with_all as (

    select * from amounts

    union all

    select
        kpi_month,
        'all' as partner,
        currency,
        cdr_count,
        credit_cdr_count,
        energy_kwh,
        claimed_excl_vat,
        expected_excl_vat,
        accepted_excl_vat,
        held_excl_vat,
        rejected_excl_vat,
        billed_energy_kwh,
        wholesale_excl_vat,
        retail_excl_vat,
        margin_excl_vat,
    from amounts

),

final as (

    select
        md5(concat_ws('|', partner, cast(kpi_month as varchar), currency)) as kpi_key,
        kpi_month,
        partner,
        currency,
        cast(sum(cdr_count) as bigint) as cdr_count,
        cast(sum(credit_cdr_count) as bigint) as credit_cdr_count,
        cast(coalesce(sum(energy_kwh), 0) as decimal(38, 6)) as energy_kwh,
        cast(coalesce(sum(billed_energy_kwh), 0) as decimal(38, 6)) as billed_energy_kwh,
        {% for amount in ['claimed', 'expected', 'accepted', 'held', 'rejected', 'wholesale', 'retail', 'margin'] %}
        cast(coalesce(sum({{ amount }}_excl_vat), 0) as decimal(38, 12)) as {{ amount }}_excl_vat,
        {% endfor %}
    from with_all
    group by partner, kpi_month, currency

)

select * from final
