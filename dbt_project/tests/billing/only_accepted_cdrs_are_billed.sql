select lines.line_key
from {{ ref('fct_billing_lines') }} as lines
left join {{ ref('fct_cdr_verdicts') }} as verdicts
    on lines.cdr_key = verdicts.cdr_key
where coalesce(verdicts.verdict, 'none') <> 'accepted'
