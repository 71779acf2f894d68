"""step_size: once per session and group, on the sum of the priced volumes (mod_cdrs, step_size).

The surplus belongs to the last priced period of the group and is billed with its component.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from decimal import Decimal

from tests.oracle.choice import Charge
from tests.oracle.exact import SECONDS_AN_HOUR, WH_A_KWH, ZERO, ceiling, whole
from tests.oracle.policies import Policies


def surpluses(charges: Sequence[Charge], version: str, policies: Policies) -> dict[int, Decimal]:
    """What is billed beyond the volumes: index of the charge to kWh (ENERGY) or seconds (times), never zero."""
    per_component = version == "2.1.1" and policies.step_size_211 == "component"
    groups: dict[tuple[Hashable, str], list[int]] = defaultdict(list)
    for index, charge in enumerate(charges):
        if charge.dimension != "FLAT":
            groups[_group(charge, policies, per_component=per_component)].append(index)
    if not per_component:
        # Time charging is followed by parking, so only the parking total is rounded.
        for tariff in {key[0] for key in groups}:
            if (tariff, "PARKING_TIME") in groups:
                groups.pop((tariff, "TIME"), None)
    found: dict[int, Decimal] = {}
    for members in groups.values():
        surplus = _surplus([charges[index] for index in members])
        if surplus:
            found[members[-1]] = surplus
    return found


def _group(charge: Charge, policies: Policies, *, per_component: bool) -> tuple[Hashable, str]:
    group = charge.dimension
    if group == "RESERVATION_TIME" and policies.reservation_step == "with_time":
        group = "TIME"
    if per_component:
        return (charge.tariff.position, charge.element.position, charge.component.position), group
    return (charge.tariff.id.upper() if policies.step_size_tariffs == "per_tariff" else None), group


def _surplus(members: list[Charge]) -> Decimal:
    """Blocks are counted on whole seconds; what is billed is then exactly that many blocks.

    OCPI writes hours with 4 decimals: 10 minutes are sent as 0.1667 h, which must not begin another block. A sum
    that lies on a multiple is left as sent, and so is a sum that is not positive.
    """
    step = members[-1].component.step_size
    if step <= 0:
        return ZERO
    sent = sum((charge.quantity for charge in members), ZERO)
    if members[-1].dimension == "ENERGY":
        units = sent * WH_A_KWH
        counted = units
    else:
        units = sent * SECONDS_AN_HOUR
        counted = sum((whole(charge.quantity * SECONDS_AN_HOUR) for charge in members), ZERO)
    if counted <= 0 or counted % step == 0:
        return ZERO
    surplus = ceiling(counted / step) * step - units
    return surplus / WH_A_KWH if members[-1].dimension == "ENERGY" else surplus
