select * from {{ ref('fct_cdr_price_lines') }}
where cdr_key = getvariable('cdr_key')
order by line_number
