-- Precision counts what the rule held or rejected: nothing can prove a warning wrong.
with outcomes as (

    select * from {{ ref('int_cdr_finding_outcomes') }}

),

counted as (

    select
        rule_code,
        partner,
        receipt_month,
        currency,
        sum(hit_count) as hit_count,
        count(*) as cdr_count,
        count(*) filter (where is_reason) as stopped_count,
        count(*) filter (where is_only_reason) as stopped_alone_count,
        sum(claimed_excl_vat) as claimed_excl_vat,
        sum(money_at_stake_excl_vat) as money_at_stake_excl_vat,
        count(*) filter (where is_disputed) as disputed_count,
        count(*) filter (where is_credited) as credited_count,
        count(*) filter (where proof = 'right') as proved_right_count,
        count(*) filter (where proof = 'wrong') as proved_wrong_count,
        count(*) filter (where proof = 'right' and is_reason) as stopped_rightly_count,
        sum(money_at_stake_excl_vat) filter (where proof = 'right') as money_protected_excl_vat,
        count(decision_h) as decision_count,
        median(decision_h) as median_decision_h
    from outcomes
    group by rule_code, partner, receipt_month, currency

),

measured as (

    select
        *,
        stopped_rightly_count + proved_wrong_count as judged_count
    from counted

),

final as (

    select
        md5(concat_ws('|', rule_code, partner, cast(receipt_month as varchar), currency)) as rule_performance_key,
        rule_code,
        partner,
        receipt_month,
        currency,
        cast(hit_count as bigint) as hit_count,
        cdr_count,
        stopped_count,
        stopped_alone_count,
        cast(coalesce(claimed_excl_vat, 0) as decimal(38, 12)) as claimed_excl_vat,
        cast(coalesce(money_at_stake_excl_vat, 0) as decimal(38, 12)) as money_at_stake_excl_vat,
        disputed_count,
        credited_count,
        proved_right_count,
        proved_wrong_count,
        cdr_count - proved_right_count - proved_wrong_count as undecided_count,
        cast(cast(stopped_rightly_count as double) / nullif(judged_count, 0) as decimal(18, 6)) as precision_rate,
        case
            when judged_count > 0
                then {{ wilson_bound('stopped_rightly_count', 'judged_count', rule_parameter('kpi', 'wilson_z'), -1) }}
        end as precision_low,
        case
            when judged_count > 0
                then {{ wilson_bound('stopped_rightly_count', 'judged_count', rule_parameter('kpi', 'wilson_z'), 1) }}
        end as precision_high,
        cast(coalesce(money_protected_excl_vat, 0) as decimal(38, 12)) as money_protected_excl_vat,
        decision_count,
        cast(median_decision_h as decimal(18, 6)) as median_decision_h
    from measured

)

select * from final
