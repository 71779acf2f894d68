{#- A CDR is priced under up to two scenarios, and each of these pricings has a number. -#}
{% macro pricing_no(cdr_no, scenario) -%}
    2 * {{ cdr_no }}{{ ' + 1' if scenario == 'known' }}
{%- endmacro %}

{% macro is_of_scenario(pricing_no, scenario) -%}
    {{ pricing_no }} % 2 = {{ 1 if scenario == 'known' else 0 }}
{%- endmacro %}

{% macro cdr_of_pricing(pricing_no) -%}
    {{ return(adapter.dispatch('cdr_of_pricing')(pricing_no)) }}
{%- endmacro %}

{% macro duckdb__cdr_of_pricing(pricing_no) -%}
    {{ pricing_no }} // 2
{%- endmacro %}

{% macro spark__cdr_of_pricing(pricing_no) -%}
    {{ pricing_no }} div 2
{%- endmacro %}

{#- Rises with the period and within it with the dimension; one line a period and dimension, so no two are alike. -#}
{% macro line_number(period_index, dimension_no) -%}
    10 * {{ period_index }} + {{ dimension_no }}
{%- endmacro %}
