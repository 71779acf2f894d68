{#- The UTC date of a moment: the day of everything that is counted by receipt. -#}
{% macro utc_date(moment) -%}
    {{ local_date(moment, "'UTC'") }}
{%- endmacro %}

{#- The first day of the month of a date. -#}
{% macro month_of(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}
