with cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        evse_key,
        connector_id,
        connector_power_type
    from {{ ref('fct_cdrs') }}
    where evse_key is not null and connector_id is not null and not is_credit

),

evses as (

    select distinct evse_key from {{ ref('dim_connectors') }}

),

connectors as (

    select * from {{ ref('int_cdr_connectors') }}

),

details as (

    select
        cdr_no,
        connector_standard,
        connector_format
    from {{ ref('stg_ocpi__cdr_details') }}

),

suspects as (

    select
        cdrs.*,
        connectors.cdr_no is null and cdrs.evse_key in (select evses.evse_key from evses) as is_unknown,
        {{ names_where([
            ['standard', 'details.connector_standard <> connectors.standard'],
            ['format', 'details.connector_format <> connectors.format'],
            ['power_type', 'cdrs.connector_power_type <> connectors.power_type'],
        ]) }} as differing
    from cdrs
    inner join details on cdrs.cdr_no = details.cdr_no
    left join connectors on cdrs.cdr_no = connectors.cdr_no
    where is_unknown or differing is not null

),

-- R14
final as (

    {{ hits_where('cdr', 'suspects', [
        ['connector_unknown', 'is_unknown', 'connector_id'],
        ['connector_unknown', 'differing is not null', 'differing'],
    ]) }}

)

select * from final
