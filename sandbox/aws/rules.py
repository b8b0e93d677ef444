"""The rule file that makes AWS deny, throttle, fail or hang; sandbox/README.md describes it.

It is read again when it changes. A file that is not right makes AWS refuse every request and say why: a test must not
go on with rules that nobody follows.
"""

import json
import os
from dataclasses import dataclass, fields

import answers
from ministack.core.iam_evaluator import fnmatch_iam, fnmatch_iam_cs

ANSWERS = ("deny", "throttle", "fail", "hang", "delay")


@dataclass
class Rule:
    number: int
    action: str
    answer: str
    resource: str = "*"
    principal: str = "*"
    # How many matching calls pass before the rule begins, and how many it then answers; None: for ever.
    skip: int = 0
    times: int | None = None
    seconds: float | None = None
    processed: bool = False
    status: int | None = None
    error: str | None = None
    message: str | None = None
    seen: int = 0

    def applies(self, action: str, resource: str, principal: str) -> bool:
        """Whether the rule answers this call, which counts as seen."""
        if not fnmatch_iam(action, self.action) or not fnmatch_iam_cs(resource, self.resource):
            return False
        if not fnmatch_iam_cs(principal, self.principal):
            return False
        self.seen += 1
        number = self.seen - self.skip
        return number > 0 and (self.times is None or number <= self.times)

    def applied(self, service: str, action: str, resource: str, principal: str) -> answers.Answer:
        """What AWS says by this rule."""
        match self.answer:
            case "deny":
                said = answers.denied(service, action, principal, resource)
            case "throttle":
                said = answers.throttled(service, action)
            case _:
                said = answers.failed(service, self.status or 500)
        return answers.Answer(self.status or said.status, self.error or said.code, self.message or said.message)


TYPES = {
    "action": str, "answer": str, "resource": str, "principal": str, "error": str, "message": str,
    "skip": int, "times": int, "status": int, "seconds": (int, float), "processed": bool,
}  # fmt: skip
assert {field.name for field in fields(Rule)} == set(TYPES) | {"number", "seen"}


class BadRules(Exception):
    """One line that says where the file is wrong."""


def _rule(number: int, value) -> Rule:
    if not isinstance(value, dict):
        raise BadRules(f"rule {number}: it must be an object such as "
                       '{"action": "dynamodb:UpdateTable", "answer": "deny"}')
    for key, content in value.items():
        if key not in TYPES:
            raise BadRules(f'rule {number}: unknown key "{key}"; there are {", ".join(TYPES)}')
        if not isinstance(content, TYPES[key]) or (TYPES[key] is not bool and isinstance(content, bool)):
            raise BadRules(f'rule {number}: "{key}" has the wrong type: {json.dumps(content)}')
    for key in ("action", "answer"):
        if key not in value:
            raise BadRules(f'rule {number}: "{key}" is missing')
    if value["answer"] not in ANSWERS:
        raise BadRules(f'rule {number}: "answer" must be one of {", ".join(ANSWERS)}, not "{value["answer"]}"')
    service = value["action"].partition(":")[0]
    if "*" not in service and service not in answers.SERVICES:
        raise BadRules(f'rule {number}: "action" must begin with one of {", ".join(answers.SERVICES)}, '
                       f'such as "dynamodb:UpdateTable", not "{value["action"]}"')
    if value["answer"] == "delay" and "seconds" not in value:
        raise BadRules(f'rule {number}: "delay" needs "seconds"')
    return Rule(number, **value)


def parse(text: str) -> list[Rule]:
    try:
        values = json.loads(text)
    except ValueError as error:
        raise BadRules(f"it is not JSON: {error}") from None
    if not isinstance(values, list):
        raise BadRules("it must be a list of rules")
    return [_rule(number, value) for number, value in enumerate(values, 1)]


class RuleFile:
    """The rules of a file that may come, change and go; without it there are none."""

    def __init__(self, path: str):
        self.path = path
        self._version: tuple[int, int, int] | None = None
        self._rules: list[Rule] = []
        self._fault: str | None = None

    def current(self) -> list[Rule]:
        """The rules as the file has them now; raises BadRules."""
        try:
            stat = os.stat(self.path)
            version = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        except FileNotFoundError:
            self._version, self._rules, self._fault = None, [], None
            return []
        if version != self._version:
            self._version = version
            self._read()
        if self._fault:
            raise BadRules(self._fault)
        return self._rules

    def _read(self) -> None:
        try:
            with open(self.path, encoding="utf-8") as file:
                self._rules, self._fault = parse(file.read()), None
            print(f"{self.path}: {len(self._rules)} rules", flush=True)
        except (OSError, UnicodeDecodeError, BadRules) as error:
            self._rules, self._fault = [], f"{self.path}: {error}"
            print(f"{self._fault}; every request is refused until that is mended", flush=True)
