{#- What rules on the use of tokens have in common. -#}

{#- Contracts are compared without case, separators and check digit, which is optional. -#}
{% macro contract_code(contract_id) -%}
    case
        when length(replace(replace({{ contract_id }}, '-', ''), '*', '')) = 15
            then left(replace(replace(upper({{ contract_id }}), '-', ''), '*', ''), 14)
        else replace(replace(upper({{ contract_id }}), '-', ''), '*', '')
    end
{%- endmacro %}

{#-
    The one form of a card's uid, whichever way it is written: in upper or lower case, with separators, without leading
    zeros, with its bytes turned round, or as the decimal number that some readers print. Columns `uid_digits` (as given,
    bare), `is_uid_decimal`, `uid_bytes` (hexadecimal, as long as uids are) and `card_code`; null for what is no card or
    no uid. Nine digits and more are taken for decimal where no uid in hexadecimal is so long.
-#}
{% macro card_code_columns(uid, token_type) -%}
    case when {{ token_type }} = 'RFID' then regexp_replace(upper({{ uid }}), '[^0-9A-Z]', '', 'g') end as uid_digits,
        regexp_full_match(uid_digits, '[0-9]{9,13}|[0-9]{15,19}') as is_uid_decimal,
        ltrim(
            case
                when is_uid_decimal then to_hex(cast(uid_digits as ubigint))
                when regexp_full_match(uid_digits, '0*[0-9A-F]{1,20}') then uid_digits
            end,
            '0'
        ) as uid_significant,
        lpad(
            uid_significant,
            case when length(uid_significant) <= 8 then 8 when length(uid_significant) <= 14 then 14 else 20 end,
            '0'
        ) as uid_bytes,
        least(uid_bytes, array_to_string(list_reverse(regexp_extract_all(uid_bytes, '..')), '')) as card_code
{%- endmacro %}

{#- Great circle on a sphere of 6371 km: half a per cent from the ellipsoid, which no bound here feels. -#}
{% macro distance_km(latitude_a, longitude_a, latitude_b, longitude_b) -%}
    2 * 6371.0 * asin(sqrt(least(
        1.0,
        pow(sin(radians({{ latitude_b }} - {{ latitude_a }}) / 2), 2)
        + cos(radians({{ latitude_a }})) * cos(radians({{ latitude_b }}))
        * pow(sin(radians({{ longitude_b }} - {{ longitude_a }}) / 2), 2)
    )))
{%- endmacro %}

{#- Coordinates on the globe; zeros are what is sent where there are none. -#}
{% macro is_place(latitude, longitude) -%}
    (abs({{ latitude }}) <= 90 and abs({{ longitude }}) <= 180 and ({{ latitude }} <> 0 or {{ longitude }} <> 0))
{%- endmacro %}

{#- A number for people, one decimal at most. -#}
{% macro rounded_text(number) -%}
    {{ number_text('cast(' ~ number ~ ' as decimal(18, 1))') }}
{%- endmacro %}
