-- EVSEs that no Location of the partner has; not judged for a partner that has sent no Locations at all.
with evses as (

    select distinct evse_key from {{ ref('dim_evses') }}

),

partners_with_locations as (

    select distinct partner from {{ ref('dim_evses') }}

),

cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        location_id,
        evse_uid,
        first_received_at,
        rule_scope_no
    from {{ ref('int_cdrs_judged') }}
    where
        evse_key is not null
        and partner in (select partners_with_locations.partner from partners_with_locations)
        and evse_key not in (select evses.evse_key from evses)

),

homes as (

    select cdr_no from {{ ref('stg_ocpi__cdr_details') }}
    where is_home_charging

),

settings as (

    {{ rule_settings([['evse_unknown', 'wait_h']]) }}

),

suspects as (

    select
        cdrs.*,
        homes.cdr_no is not null
        and {{ elapsed_s('cdrs.first_received_at', as_of()) }} > settings.evse_unknown__wait_h * 3600 as is_only_told
    from cdrs
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    left join homes on cdrs.cdr_no = homes.cdr_no

),

-- R12: a charger at home is in no Location, which is only told once the wait is over.
final as (

    {{ hits_where('cdr', 'suspects', [
        ['evse_unknown', 'true', "concat(location_id, '/', evse_uid)", none, "case when is_only_told then 'warn' end"],
    ]) }}

)

select * from final
