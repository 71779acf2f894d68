"""What to do about a CDR that has no price, by the code that stands in the way (seed pricing_blockers)."""

from __future__ import annotations

ADVICE = {
    "credit_not_priced": "Compare its amount with the original's; nothing else needs to be priced.",
    "periods_missing": "Ask the CPO for a CDR with its charging periods; OCPI requires at least one.",
    "period_without_dimensions": "Ask the CPO for the dimensions of each period; OCPI requires at least one.",
    "volume_unreadable": "Ask the CPO to send the volumes of the periods as numbers and their starts as timestamps.",
    "tariff_missing": "Ask the CPO to embed the tariff in the CDR, or to send it by the tariffs module and name it at "
    "the connector.",
    "tariff_unknown": "Ask the CPO to embed every tariff that a period names in tariff_id.",
    "tariff_currency_mismatch": "Ask the CPO which currency is right, and for a CDR in the currency of its tariff.",
    "tariff_empty": "Ask the CPO for the tariff with its elements and price components.",
    "price_unreadable": "Ask the CPO to send price, vat and step_size of each component as numbers within range.",
    "component_unknown": "Ask the CPO to price with ENERGY, TIME, PARKING_TIME and FLAT, the types that OCPI defines.",
    "restriction_unknown_value": "Ask the CPO to mend the restrictions of the tariff; the finding names what cannot be "
    "read.",
    "time_zone_unknown": "Ask the CPO for the time_zone of the location, or write the partner's time zone into "
    "partners.yml.",
}
