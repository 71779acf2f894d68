-- The lines of both legs for every billed CDR; those of a credit are its original's with the sign turned.
with billable as (

    select * from {{ ref('int_billable_cdrs') }}

),

wholesale_lines as (

    select * from {{ ref('int_wholesale_lines') }}

),

retail_lines as (

    select * from {{ ref('int_retail_lines') }}

),

final as (

    {% for leg in ['wholesale', 'retail'] %}
    select
        billable.cdr_key,
        '{{ leg }}' as leg,
        lines.line_number,
        lines.component,
        lines.split_source,
        billable.sign * lines.quantity as quantity,
        lines.unit,
        billable.sign * lines.exact_net_amount as exact_net_amount,
        billable.sign * lines.net_amount as net_amount,
        lines.vat_percent,
        billable.sign * lines.vat_amount as vat_amount,
    from billable
    inner join {{ leg }}_lines as lines
        on billable.basis_cdr_key = lines.cdr_key

    union all

    {% endfor %}
    select
        cdr_key,
        'wholesale' as leg,
        8 as line_number,
        'credit_rest' as component,
        'claimed' as split_source,
        cast(-1 as decimal(18, 6)) as quantity,
        'session' as unit,
        credit_rest_excl_vat as exact_net_amount,
        credit_rest_excl_vat as net_amount,
        cast(null as decimal(18, 6)) as vat_percent,
        cast(0 as decimal(38, 12)) as vat_amount,
    from billable
    where credit_rest_excl_vat <> 0

)

select * from final
