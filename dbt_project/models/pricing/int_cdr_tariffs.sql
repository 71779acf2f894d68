-- The tariff of the periods that name none: the first embedded one that was valid, else the first, else the connector's.
with cdrs as (

    select
        fct_cdrs.*,
        policies.policy_no
    from {{ ref('fct_cdrs') }} as fct_cdrs
    inner join {{ ref('int_partner_policies') }} as policies
        on fct_cdrs.partner = policies.partner
    where not fct_cdrs.is_credit

),

set_tariffs as (

    select * from {{ ref('int_set_tariffs') }}

),

tariff_sets as (

    select * from {{ ref('int_tariff_sets') }}

),

contested as (

    select * from {{ ref('int_contested_tariffs') }}

),

fallbacks as (

    select * from {{ ref('int_fallback_tariffs') }}

),

embedded as (

    select
        cdrs.cdr_no,
        cdrs.policy_no,
        cdrs.started_at as session_started_at,
        set_tariffs.tariff_set_no,
        tariff_sets.tariff_count,
        tariff_sets.needs_energy,
        tariff_sets.can_name_tariffs,
        set_tariffs.tariff_position,
        set_tariffs.tariff_no,
        coalesce(set_tariffs.valid_from_at, cdrs.started_at) <= cdrs.started_at
        and (set_tariffs.valid_to_at is null or set_tariffs.valid_to_at > cdrs.started_at) as is_valid_at_start
    from cdrs
    inner join set_tariffs
        on
            cdrs.tariff_set_hash = set_tariffs.tariff_set_hash
            and cdrs.ocpi_version = set_tariffs.ocpi_version
    inner join tariff_sets
        on set_tariffs.tariff_set_no = tariff_sets.tariff_set_no

),

chosen as (

    select
        cdr_no,
        min(tariff_position + case when is_valid_at_start then 0 else 1000000 end) as choice
    from embedded
    where tariff_count > 1
    group by cdr_no

),

final as (

    select embedded.* {{ all_but('tariff_position') }}
    from embedded
    left join chosen
        on embedded.cdr_no = chosen.cdr_no
    where embedded.tariff_count = 1 or chosen.choice % 1000000 = embedded.tariff_position
    union all
    select
        fallbacks.cdr_no,
        cdrs.policy_no,
        cdrs.started_at as session_started_at,
        cast(null as integer) as tariff_set_no,
        0 as tariff_count,
        coalesce(contested.needs_energy, false) as needs_energy,
        false as can_name_tariffs,
        fallbacks.tariff_no,
        fallbacks.is_valid_at_start
    from fallbacks
    inner join cdrs on fallbacks.cdr_no = cdrs.cdr_no
    left join contested
        on fallbacks.tariff_no = contested.tariff_no

)

select * from final
