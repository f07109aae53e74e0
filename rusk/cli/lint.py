"""``rusk lint``: report what is suspicious (08 §14.4, §16)."""

from __future__ import annotations

from rusk.cli import FAILED, OK, UsageError, put
from rusk.cli.options import parse
from rusk.cli.paths import source_files

USAGE = """\
usage: rusk lint [OPTIONS] PATHS...

Reports what compiles and is probably a mistake. A directory means every *.rusk file below it. `rusk explain W0201` tells what a finding means,
`// rusk: allow(W0201)` behind code, above a line or above an item switches it off there, and
`[tool.rusk.lint] allow = ["W0201"]` in pyproject.toml for a project.

options:
  --deny-warnings        findings are errors: exit status 1 if there are any
  --json                 print the findings as JSON
  --sarif                print the findings as SARIF, for code scanners
  --sysroot DIR          the library to use instead of the one shipped
  --no-std               leave out the standard library
"""


def main(args: list[str]) -> int:
    """Lint what ``args`` name; the exit status."""
    settings = parse(args, ("--deny-warnings", "--json", "--sarif"), (), anywhere=True)
    given = settings.values
    if "--help" in given:
        put(USAGE)
        return OK
    if "--json" in given and "--sarif" in given:
        raise UsageError("`--json` does not go with `--sarif`")
    files = source_files(settings.rest)

    from rusk.cli.compiling import options_of, report
    from rusk.lint.config import ConfigError, Configs
    from rusk.lint.files import lint_files

    configs = Configs()
    findings = []
    for d in lint_files(files, options_of(settings, need_main=False)):
        try:
            config = configs.of(d.path or "")
        except ConfigError as e:
            raise UsageError(str(e)) from e
        if d.name in config.allow:
            continue
        if "--deny-warnings" in given or d.name in config.deny:
            d.severity = "error"
        findings.append(d)
    if "--json" in given or "--sarif" in given:
        from rusk.lint.report import as_json, as_sarif

        put(as_json(findings) if "--json" in given else as_sarif(findings))
    else:
        from rusk.cli.loading import use_color

        report(findings, use_color())
    return FAILED if any([d.severity == "error" for d in findings]) else OK
