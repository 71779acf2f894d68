{#-
    The place of a version in the order of receipt, to be compared or ordered by. What counts is when we received it, not
    when its file was loaded: an older file can be loaded later. Files of one moment keep the order of their loading.
-#}
{% macro receipt_order() -%}
    row(received_at, landing_seq, page_no, ordinal)
{%- endmacro %}
