{#- Contracts are written in DuckDB's types and checked there; `make spark-smoke` compares the rows of both engines. -#}
{% macro spark__get_assert_columns_equivalent(sql) -%}
{%- endmacro %}
