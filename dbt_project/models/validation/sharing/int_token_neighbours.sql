-- Of all pairs of uses of a token only two can tell first that something is wrong: a use with the one before it, and
-- with the one that ends last of all before it. So a token used a hundred thousand times costs as many comparisons.
-- These are the pairs worth looking at; what they show is judged later, exactly.
with parameters as (

    {{ rule_settings([
        ['token_sharing_suspected', 'overlap_s'],
        ['token_sharing_suspected', 'speed_km_h'],
        ['token_sharing_suspected', 'least_distance_km'],
    ]) }}

),

settings as (

    select
        rule_scope_no,
        cast(token_sharing_suspected__overlap_s * 1000 as bigint) as overlap_ms,
        -- A metre and a second are left to the exact look.
        cast(token_sharing_suspected__least_distance_km as double) - 0.001 as least_km,
        cast(token_sharing_suspected__speed_km_h as double) / 3600000 as km_per_ms
    from parameters

),

ordered as (

    select
        token_no,
        cdr_no,
        rule_scope_no,
        contract_no,
        started_ms,
        latitude,
        longitude,
        lag(cdr_no) over uses_of_token as before_no,
        lag(ended_ms) over uses_of_token as before_ended_ms,
        lag(latitude) over uses_of_token as before_latitude,
        lag(longitude) over uses_of_token as before_longitude,
        lag(contract_no) over uses_of_token as before_contract_no,
        max(ended_ms) over (uses_of_token rows between unbounded preceding and 1 preceding) as latest_ended_ms
    from {{ ref('int_token_uses') }}
    window uses_of_token as (partition by token_no order by started_ms, cdr_no)

),

suspects as (

    select
        ordered.*,
        ordered.latest_ended_ms > ordered.before_ended_ms as has_longer
    from ordered
    inner join settings on ordered.rule_scope_no = settings.rule_scope_no
    where
        ordered.latest_ended_ms > ordered.before_ended_ms
        or ordered.started_ms + settings.overlap_ms < ordered.before_ended_ms
        or ordered.contract_no <> ordered.before_contract_no
        or (
            (ordered.latitude <> ordered.before_latitude or ordered.longitude <> ordered.before_longitude)
            and {{ distance_km('ordered.before_latitude', 'ordered.before_longitude', 'ordered.latitude', 'ordered.longitude') }}
            > greatest(settings.least_km, settings.km_per_ms * (ordered.started_ms - ordered.before_ended_ms - 1000))
        )

),

final as (

    select
        token_no,
        before_no as cdr_no_a,
        cdr_no as cdr_no_b
    from suspects
    union all
    select
        suspects.token_no,
        min(longer.cdr_no) as cdr_no_a,
        suspects.cdr_no as cdr_no_b
    from suspects
    inner join {{ ref('int_token_uses') }} as longer
        on
            suspects.token_no = longer.token_no
            and suspects.latest_ended_ms = longer.ended_ms
            and row(longer.started_ms, longer.cdr_no) < row(suspects.started_ms, suspects.cdr_no)
    where suspects.has_longer
    group by suspects.token_no, suspects.cdr_no

)

select * from final
