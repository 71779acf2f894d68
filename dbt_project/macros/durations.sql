{#-
    Completed seconds of real time from one moment to a later one, whatever the clocks did; negative when it is earlier.
    A second that has only begun does not count.
-#}
{% macro elapsed_s(earlier, later) -%}
    {{ return(adapter.dispatch('elapsed_s')(earlier, later)) }}
{%- endmacro %}

{#- On moments date_sub asks the calendar, which takes ten times as long and tells the same. -#}
{% macro duckdb__elapsed_s(earlier, later) -%}
    ((epoch_us({{ later }}) - epoch_us({{ earlier }})) // 1000000)
{%- endmacro %}

{% macro spark__elapsed_s(earlier, later) -%}
    ((unix_micros({{ later }}) - unix_micros({{ earlier }})) div 1000000)
{%- endmacro %}

{#- From where whole seconds are counted. -#}
{% macro epoch_start() -%}
    {{ return(adapter.dispatch('epoch_start')()) }}
{%- endmacro %}

{% macro duckdb__epoch_start() -%}
    timestamptz '1970-01-01 00:00:00+00'
{%- endmacro %}

{% macro spark__epoch_start() -%}
    timestamp '1970-01-01 00:00:00+00'
{%- endmacro %}
