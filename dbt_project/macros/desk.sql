{#- What a person may do about a CDR: by its rule until it is settled, then take that back. Nothing is disputed twice. -#}
{% macro legal_actions(status, is_disputed, actions) -%}
    {%- set open_or_not -%}
        case
            when {{ status }} in ('decided', 'auto_rejected')
                then concat('retry dispute', case when {{ actions }} like '%reassign%' then ' reassign' else '' end)
            else {{ actions }}
        end
    {%- endset -%}
    case when {{ is_disputed }} then trim(replace(concat(' ', {{ open_or_not }}), ' dispute', '')) else {{ open_or_not }} end
{%- endmacro %}
