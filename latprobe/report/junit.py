"""Judgements as JUnit XML, which every CI system shows as tests.

There is no standard; this keeps to what the readers of Jenkins, GitLab and GitHub's actions have in
common: `testsuites`, `testsuite`, `testcase`, and in it `failure`, `error` or `skipped`.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from latprobe.report.judged import Judgement, Outcome, Suite
from latprobe.report.printable import printable


def junit_xml(suites: Sequence[Suite]) -> str:
    """A test suite for each suite, and a test case for each judgement.

    What is unproven is a skipped test: it says why, and neither passes nor fails.
    """
    root = ET.Element("testsuites", {"name": "latprobe", **_counts(_all(suites))})
    for suite in suites:
        about = {"name": printable(suite.name), "time": f"{suite.seconds:.3f}"}
        element = ET.SubElement(root, "testsuite", about | _counts(suite.judgements))
        if suite.started:
            element.set("timestamp", printable(suite.started))
        properties = ET.SubElement(element, "properties")
        for name, value in suite.properties.items():
            ET.SubElement(properties, "property", name=printable(name), value=printable(value))
        for it in suite.judgements:
            _case(element, suite, it)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(element: ET.Element, suite: Suite, it: Judgement) -> None:
    case = ET.SubElement(
        element,
        "testcase",
        classname=printable(f"{suite.name}.{it.scope}"),
        name=printable(it.name),
        time="0",
    )
    if it.file is not None:
        case.set("file", printable(it.file))
    words = printable(it.words)
    match it.outcome:
        case "pass":
            ET.SubElement(case, "system-out").text = words
        case "fail":
            ET.SubElement(case, "failure", type=it.rule, message=words).text = words
        case "error":
            ET.SubElement(case, "error", type=it.rule, message=words).text = words
        case "unproven":
            ET.SubElement(case, "skipped", message=f"unproven: {words}")


def _all(suites: Sequence[Suite]) -> list[Judgement]:
    return [it for suite in suites for it in suite.judgements]


def _counts(judgements: Sequence[Judgement]) -> dict[str, str]:
    def count(outcome: Outcome) -> str:
        return str(sum(1 for it in judgements if it.outcome == outcome))

    return {
        "tests": str(len(judgements)),
        "failures": count("fail"),
        "errors": count("error"),
        "skipped": count("unproven"),
    }
