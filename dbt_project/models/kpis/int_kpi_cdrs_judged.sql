-- The base set C: CDRs received, each once, credits left out.
with cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where not is_credit

),

verdicts as (

    select * from {{ ref('fct_cdr_verdicts') }}

),

reconciled as (

    select * from {{ ref('fct_cdr_reconciliation') }}

),

matches as (

    select * from {{ ref('fct_session_matches') }}
    where cdr_key is not null

),

session_partners as (

    select distinct partner from {{ ref('fct_sessions') }}

),

parameters as (

    select
        {{ rule_parameter('kpi', 'provisional_h') }} as provisional_h,
        {{ rule_parameter('cdr_without_session', 'wait_h') }} as session_wait_h,

),

final as (

    select
        cdrs.cdr_key,
        cdrs.partner,
        cdrs.session_date,
        {{ utc_date('cdrs.first_received_at') }} as received_date,
        cdrs.is_late_measurable and cdrs.delivery_latency_h is not null as is_measurable,
        cdrs.delivery_latency_h,
        verdicts.is_first_pass_accepted,
        verdicts.verdict,
        verdicts.is_disputed,
        session_partners.partner is not null as has_session_partner,
        matches.match_status <> 'cdr_only' as has_session,
        coalesce(
            matches.match_status = 'cdr_only'
            and {{ elapsed_s('cdrs.ended_at', as_of()) }} > parameters.session_wait_h * 3600,
            false
        ) as is_orphan,
        reconciled.is_priced and reconciled.compared_difference is not null as is_compared,
        reconciled.is_within_tolerance,
        coalesce(
            {{ elapsed_s('cdrs.ended_at', as_of()) }} < parameters.provisional_h * 3600, false
        ) as is_session_provisional,
        {{ elapsed_s('cdrs.first_received_at', as_of()) }} < parameters.provisional_h * 3600 as is_receipt_provisional,
    from cdrs
    cross join parameters
    inner join verdicts
        on cdrs.cdr_key = verdicts.cdr_key
    inner join reconciled
        on cdrs.cdr_key = reconciled.cdr_key
    inner join matches
        on cdrs.cdr_key = matches.cdr_key
    left join session_partners
        on cdrs.partner = session_partners.partner

)

select * from final
