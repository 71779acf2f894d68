{#-
    How tables and views come to be in DuckDB, which replaces one in a single statement: the old stays until the new is
    whole. dbt's own way (create beside, rename twice, drop; look for indexes, grants and foreign keys, of which there
    are none here) took twenty milliseconds a model, mostly its own, and there are more than two hundred.
-#}
{% materialization table, adapter='duckdb' %}
    {{ return(create_or_replace('table', get_select_subquery(sql) if config.get('contract').enforced else sql)) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {{ return(create_or_replace('view', sql)) }}
{% endmaterialization %}

{% macro create_or_replace(kind, select) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type=kind) -%}
    {%- if config.get('contract').enforced -%}
        {#- Also sees to it that the types are those of the contract. -#}
        {%- do get_assert_columns_equivalent(sql) -%}
    {%- endif -%}
    {%- if existing is not none and existing.type != kind -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        create or replace {{ kind }} {{ target }} as (
            {{ select }}
        )
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {%- do return({'relations': [target]}) -%}
{%- endmacro %}
