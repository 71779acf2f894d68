"""Lowest and highest price of a session, before and after tax (mod_tariffs, min_price and max_price).

Both bounds hold, each on its own total; first the lowest price, then the highest.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tests.oracle.exact import HUNDRED, amount, quotient
from tests.oracle.policies import Policies
from tests.oracle.tariff import Limit
from tests.oracle.taxes import Amounts

Pick = Callable[[Decimal, Decimal], Decimal]


def limited(totals: Amounts, limit: Limit | None, pick: Pick, first_vat: Decimal, policies: Policies) -> Amounts:
    """Totals within one limit: `pick` is `max` for a lowest price and `min` for a highest.

    Where only the bound before tax is given, tax scales with the total before tax; of a total of zero it is taken
    from the rate of the first line, `first_vat`.
    """
    excl, incl = totals
    if limit is None:
        return totals
    bounded = excl if excl is None or limit.excl is None else amount(pick(excl, limit.excl))
    if incl is None:
        return bounded, None
    if limit.incl is not None:
        return bounded, amount(pick(incl, limit.incl))
    if excl is None or bounded is None or bounded == excl or policies.limit_tax == "untouched":
        return bounded, incl
    if excl == 0:
        return bounded, amount(bounded * (HUNDRED + first_vat) / HUNDRED)
    return bounded, quotient(bounded * incl, excl)
