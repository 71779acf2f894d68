-- R57: a credit names a known CDR of the same sender that is no credit itself, repeats what it says for minus its total,
-- and is its only credit. All that is wrong with one credit makes one hit. The original may come later than its credit.
with cdrs as (

    select * from {{ ref('int_cdrs_judged') }}
    where is_credit or credit_reference_id is not null

),

credits as (

    select * from {{ ref('int_cdr_credits') }}

),

originals as (

    select
        cdr_key,
        currency,
        is_credit,
        total_cost_excl_vat,
        total_cost_incl_vat,
        total_energy_kwh,
        started_at,
        ended_at,
        upper(token_uid) as token_uid,
        upper(contract_id) as contract_id
    from {{ ref('fct_cdrs') }}
    where cdr_key in (select credits.original_cdr_key from credits)

),

settings as (

    {{ rule_settings([
        ['credit_cdr_integrity', 'tolerance'], ['credit_cdr_integrity', 'energy_kwh'],
        ['credit_cdr_integrity', 'time_gap_s'], ['credit_cdr_integrity', 'wait_h'],
    ]) }}

),

-- Of a credit only the total is negated; senders that negate the energy too mean the same.
paired as (

    select
        cdrs.cdr_no,
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        credits.original_cdr_key,
        credits.cdr_key is not null and originals.cdr_key is null as lacks_original,
        cdrs.first_received_at + to_seconds(settings.credit_cdr_integrity__wait_h * 3600) as awaited_until_at,
        {{ names_where([
            ['credit_reference_id missing', 'cdrs.is_credit and cdrs.credit_reference_id is null'],
            ['credit_reference_id on a CDR that is no credit', 'not cdrs.is_credit and cdrs.credit_reference_id is not null'],
            ['original is a credit', 'originals.is_credit'],
            ['another currency', 'originals.currency <> cdrs.currency'],
            ['another amount', 'abs(originals.total_cost_excl_vat + cdrs.total_cost_excl_vat) > settings.credit_cdr_integrity__tolerance'
            ],
            ['another tax', 'abs(originals.total_cost_incl_vat - originals.total_cost_excl_vat'
                ~ ' + cdrs.total_cost_incl_vat - cdrs.total_cost_excl_vat) > settings.credit_cdr_integrity__tolerance'],
            ['another energy', 'abs(abs(originals.total_energy_kwh) - abs(cdrs.total_energy_kwh)) > settings.credit_cdr_integrity__energy_kwh'],
            ['other times', 'abs(epoch_us(originals.started_at) - epoch_us(cdrs.started_at)) > settings.credit_cdr_integrity__time_gap_s * 1000000'
                ~ ' or abs(epoch_us(originals.ended_at) - epoch_us(cdrs.ended_at)) > settings.credit_cdr_integrity__time_gap_s * 1000000'],
            ['another token', 'originals.token_uid <> upper(cdrs.token_uid) or originals.contract_id <> upper(cdrs.contract_id)'],
            ['credited before', 'credits.credit_number > 1'],
        ]) }} as faults
    from cdrs
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    left join credits on cdrs.cdr_key = credits.cdr_key
    left join originals on credits.original_cdr_key = originals.cdr_key

),

final as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        original_cdr_key,
        awaited_until_at,
        -- A credit of nothing that came is only waited for while nothing else is wrong with it.
        lacks_original and faults is null and {{ as_of() }} <= awaited_until_at as is_original_awaited,
        concat_ws(',', case when lacks_original then 'original unknown' end, faults) as faults
    from paired
    where lacks_original or faults is not null

)

select * from final
