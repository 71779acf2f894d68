-- The tariff of the first priced period sets the limits; where there is only one, nothing has to be looked up.
with cdr_tariffs as (

    select * from {{ ref('int_cdr_tariffs') }}

),

cdrs as (

    select
        cdr_no,
        period_count
    from {{ ref('fct_cdrs') }}

),

periods as (

    select * from {{ ref('int_period_tariffs') }}
    where tariff_count > 1 and tariff_no is not null

),

known as (

    select * from {{ ref('int_known_period_tariffs') }}

),

final as (

    select
        {{ pricing_no('cdr_tariffs.cdr_no', 'applied') }} as pricing_no,
        cdr_tariffs.policy_no,
        cdr_tariffs.tariff_no as first_tariff_no,
        cdrs.period_count - 1 as last_period_index
    from cdr_tariffs
    inner join cdrs
        on cdr_tariffs.cdr_no = cdrs.cdr_no
    where cdr_tariffs.tariff_count <= 1 and cdrs.period_count > 0
    union all
    select
        {{ pricing_no('cdr_no', 'applied') }} as pricing_no,
        min(policy_no) as policy_no,
        min_by(tariff_no, period_index) as first_tariff_no,
        max(period_index) as last_period_index
    from periods
    group by cdr_no
    union all
    select
        {{ pricing_no('known.cdr_no', 'known') }} as pricing_no,
        min(cdr_tariffs.policy_no) as policy_no,
        min_by(known.tariff_no, known.period_index) as first_tariff_no,
        max(known.period_index) as last_period_index
    from known
    inner join cdr_tariffs
        on known.cdr_no = cdr_tariffs.cdr_no
    group by known.cdr_no

)

select * from final
