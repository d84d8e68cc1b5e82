"""What can go wrong, as plain data."""

from cloudtune.errors.codes import CODES, exit_code_of
from cloudtune.errors.problem import Problem, Refusal, Severity, Span, SpecPath

__all__ = ["CODES", "Problem", "Refusal", "Severity", "Span", "SpecPath", "exit_code_of"]
