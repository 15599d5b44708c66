"""Texts that differ: a small definition, one of 5,000 lines, one with everything a diff shows."""

from __future__ import annotations

SMALL = """def total(items, start):
    amount = 0
    for item in items:
        amount += item.price
    return amount
"""
SMALL_CHANGED = SMALL.replace("amount = 0", "amount = start")

LONG = "def steps():\n" + "".join(f"    step_{n} = prepare({n})\n" for n in range(5_000))
LONG_CHANGED = LONG
for _number in (10, 2_000, 4_000):
    LONG_CHANGED = LONG_CHANGED.replace(f"prepare({_number})", f"prepare({_number}, again=True)")

RICH = (
    '''def total(self, voucher=None):
    """Give the price of everything in the cart.

    A voucher is taken off at the end.
    """
    amount = 0
    for line in self.lines:
        amount += line.price * line.count  # in cents
    if voucher is not None:
        amount -= voucher.amount
    log.debug("total %s", amount)
'''
    + "".join(f"    step_{n} = prepare({n})\n" for n in range(40))
    + """    if amount < 0:
        return 0
    return amount
"""
)
RICH_CHANGED = (
    RICH.replace("voucher=None", "vouchers=(), *, rounded=True")
    .replace(
        "    if voucher is not None:\n        amount -= voucher.amount\n",
        "    for voucher in vouchers:\n        if voucher.valid:\n            amount -= voucher.amount\n",
    )
    .replace("return 0", 'raise ValueError(f"{amount} is negative")')
    .replace("step_20 = prepare(20)", "step_20 = prepared(20, again=True)")
)
