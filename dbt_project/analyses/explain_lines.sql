select * from {{ ref('fct_cdr_price_lines') }}
where cdr_key = $cdr_key
order by line_number
