"""The rules hold whatever two people do, in any order; and a fault in any rule turns the check red."""

from __future__ import annotations

from machine import ManagerMachine

TestTheRulesHold = ManagerMachine.TestCase
