with lines as (

    select * from {{ ref('fct_cdr_price_lines') }}

),

final as (

    select
        cdr_key,
        {%- for name, condition in [
            ('energy', "dimension = 'ENERGY'"), ('time', "dimension = 'TIME'"), ('parking', "dimension = 'PARKING_TIME'"),
            ('flat', "dimension = 'FLAT'"), ('reservation', "dimension = 'RESERVATION_TIME'"),
            ('adjustment', "dimension in ('MIN_PRICE', 'MAX_PRICE')")
        ] %}
        coalesce(cast(sum(cost_excl_vat) filter (where {{ condition }}) as decimal(38, 12)), 0) as {{ name }}_excl_vat,
        {%- endfor %}
        min_by(tariff_id, line_number) as tariff_id,
        min_by(tariff_hash, line_number) as tariff_hash
    from lines
    group by cdr_key

)

select * from final
