"""Imported by the process that workers are forked from: loads what they need."""

from __future__ import annotations

from flows.run.runners.processes import prepare_forks

prepare_forks()
