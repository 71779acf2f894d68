{#- What every rule model has in common. -#}

{#- The columns of a hit; key and label of the object are expected under their usual names. `severity` is SQL that
    gives another severity than the catalogue's, or null. -#}
{% macro hit_columns(object_type, rule_code, observed, bound='null', severity='null') -%}
    '{{ object_type }}' as object_type,
        {{ object_type }}_key as object_key,
        {{ object_type }}_label as object_label,
        partner,
        '{{ rule_code }}' as rule_code,
        cast({{ severity }} as varchar) as severity,
        cast({{ observed }} as varchar) as observed,
        cast({{ bound }} as varchar) as bound
{%- endmacro %}

{#- The hits of several rules on one relation, which should hold only suspects: [rule code, condition, observed, bound,
    severity], of which bound and severity may be left out. -#}
{% macro hits_where(object_type, relation, rules) -%}
    {%- for rule in rules -%}
    {{ "\n\n    union all\n\n    " if not loop.first }}select
        {{ hit_columns(object_type, rule[0], rule[2], rule[3] | default('null', true), rule[4] | default('null', true)) }}
    from {{ relation }}
    where {{ rule[1] }}
    {%- endfor %}
{%- endmacro %}

{%- macro severity_rank(severity) -%}
    case {{ severity }} when 'reject' then 1 when 'hold' then 2 when 'warn' then 3 end
{%- endmacro %}

{#- Plain digits, without trailing zeros. -#}
{% macro number_text(number) -%}
    trim(trailing '.' from trim(trailing '0' from cast(cast({{ number }} as decimal(38, 6)) as string)))
{%- endmacro %}

{% macro timestamp_text(moment) -%}
    strftime(timezone('UTC', {{ moment }}), '%Y-%m-%dT%H:%M:%SZ')
{%- endmacro %}

{#- ISO 15118 or DIN 91286 form; upper and lower case are equal (R10). -#}
{% macro is_evse_id(evse_id) -%}
    regexp_full_match({{ evse_id }}, '[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9][A-Z0-9*]{0,30}|\+?[0-9]{1,3}\*[0-9]{3,6}\*[0-9*]{1,32}', 'i')
{%- endmacro %}

{#- ISO or DIN form, with or without separators and check digit (R15). -#}
{% macro is_contract_id(contract_id) -%}
    regexp_full_match(
        {{ contract_id }},
        '[A-Z]{2}[A-Z0-9]{3}[A-Z0-9]{9}[A-Z0-9]?|[A-Z]{2}-[A-Z0-9]{3}-[A-Z0-9]{9}(-[A-Z0-9])?|[A-Z]{2}[*-]?[A-Z0-9]{3}[*-]?[A-Z0-9]{6}[*-]?[0-9X]',
        'i'
    )
{%- endmacro %}

{#- Contracts are compared without the separators, which some leave out (R19). -#}
{% macro plain_contract_id(contract_id) -%}
    upper(regexp_replace({{ contract_id }}, '[*-]', '', 'g'))
{%- endmacro %}

{#- R21: later than the receipt by more than clocks may differ. -#}
{% macro is_after_receipt(moment, received_at) -%}
    {{ moment }} > {{ received_at }} + to_seconds(cast({{ rule_parameter('timestamp_in_future', 'skew_s') }} as bigint))
{%- endmacro %}

{#- The characters of contract ids by number, as the check digit counts them (R16). -#}
{% macro character_code(character) -%}
    strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', {{ character }}) - 1
{%- endmacro %}

{% macro character_of(code) -%}
    substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', cast({{ code }} as bigint) + 1, 1)
{%- endmacro %}

{#- R37: by default one of the two is enough to be billed, as in the AFIREV charter; a partner may ask for both. -#}
{% macro misses_billing_minimum() -%}
    case when below_billing_minimum__must_meet_both = 1 then is_short or is_little else is_short and is_little end
{%- endmacro %}

{% macro energy_and_time(energy_kwh, duration_s) -%}
    concat({{ number_text(energy_kwh) }}, ' kWh, ', {{ number_text(duration_s) }}, ' s')
{%- endmacro %}
