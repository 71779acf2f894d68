-- What came in counts up, what was taken out counts down; billable comes from the billing lines, not from the rest.
with received as (

    select * from {{ ref('int_received_cdrs') }}

),

outcomes as (

    select * from {{ ref('int_cdr_outcomes') }}

),

rejects as (

    select * from {{ ref('stg_raw__rejects') }}
    where module = 'cdrs'

),

placed as (

    select
        concat_ws('/', received.landing_seq, received.ordinal) as movement_id,
        outcomes.partner,
        outcomes.billing_month,
        outcomes.currency,
        outcomes.is_credit,
        case received.receipt_kind when 'duplicate' then 'duplicates' when 'changed_resend' then 'changed_resends' end
            as receipt_step,
        coalesce(received.claimed_excl_vat, 0) as claimed_excl_vat,
    from received
    inner join outcomes
        on received.cdr_key = outcomes.cdr_key

),

quarantined as (

    select
        concat_ws('/', landing_seq, coalesce(ordinal, -1)) as movement_id,
        coalesce(partner, 'unknown') as partner,
        {{ month_of(utc_date('received_at')) }} as billing_month,
        'XXX' as currency,
    from rejects

),

final as (

    {% for step, sign in [('received', 1), ('taken_out', -1)] %}
    select
        movement_id,
        partner,
        billing_month,
        currency,
        {{ "'received'" if step == 'received' else 'receipt_step' }} as step,
        is_credit,
        {{ sign }} as cdr_count,
        {{ sign }} * claimed_excl_vat as amount_excl_vat,
    from placed
    {{ "where receipt_step is not null" if step == 'taken_out' }}
    union all

    {% endfor %}
    {% for step, sign in [('received', 1), ('quarantined', -1)] %}
    select
        movement_id,
        partner,
        billing_month,
        currency,
        '{{ step }}' as step,
        false as is_credit,
        {{ sign }} as cdr_count,
        cast(0 as decimal(38, 12)) as amount_excl_vat,
    from quarantined
    union all

    {% endfor %}
    select
        cdr_key as movement_id,
        partner,
        billing_month,
        currency,
        outcome as step,
        is_credit,
        case outcome when 'billable' then 1 else -1 end as cdr_count,
        case outcome when 'billable' then wholesale_net_amount else -coalesce(claimed_excl_vat, 0) end as amount_excl_vat,
    from outcomes

)

select * from final
