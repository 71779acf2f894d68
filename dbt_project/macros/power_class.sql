{#- The classes of the KPI definitions; null where the power of a DC connector is not known. -#}
{% macro power_class(is_dc, max_power_kw) -%}
    case
            when not {{ is_dc }} and {{ max_power_kw }} > 22 then 'ac_above_22'
            when not {{ is_dc }} then 'ac'
            when {{ max_power_kw }} < 50 then 'dc_below_50'
            when {{ max_power_kw }} < 150 then 'dc_50_to_149'
            when {{ max_power_kw }} >= 150 then 'dc_150_and_up'
        end
{%- endmacro %}
