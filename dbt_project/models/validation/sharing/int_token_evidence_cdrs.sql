-- The CDRs that an evidence is made of: the two of a pair, all of a span.
with evidence as (

    select * from {{ ref('int_token_evidence') }}

),

uses as (

    select * from {{ ref('int_token_uses') }}

),

named as (

    select
        token_no,
        case_no,
        unnest([cdr_no_a, cdr_no_b]) as cdr_no
    from evidence

),

final as (

    select
        token_no,
        case_no,
        cdr_no
    from named
    where cdr_no is not null
    union
    select
        evidence.token_no,
        evidence.case_no,
        uses.cdr_no
    from evidence
    inner join uses on evidence.token_no = uses.token_no and uses.started_at between evidence.from_at and evidence.to_at
    where evidence.charge_count is not null

)

select * from final
