"""Fetch GOV.UK Frontend, take out what is not ours to use, and write it into the site's static files.

Run by a maintainer once per upgrade (needs npm; nothing else in the project does):

    python tools/vendor_frontend.py

The result is committed. `VENDOR.json` records where each file came from and its hash; a test checks both offline.
"""

import base64
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

# 6.3.0 is the release whose 657 component fixtures govuk-frontend-jinja 4.1.0 renders identically; move both together.
PACKAGE = "govuk-frontend@6.3.0"
RTLCSS = "rtlcss@4.3.0"
TAKEN = {
    "package/dist/govuk/govuk-frontend.min.css": "govuk-frontend.min.css",
    "package/dist/govuk/govuk-frontend.min.js": "govuk-frontend.min.js",
}
TARGET = Path(__file__).parent.parent / "bot" / "site" / "static" / "vendor"
OWN_FONT = "var(--app-font,system-ui,sans-serif)"
# The npm package carries no licence file, and the licence asks that its notice travels with the code.
NOTICE = """The MIT License (MIT)

Copyright (c) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS
FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def strip_css(css: str) -> str:
    """Remove the font and the emblem that only gov.uk may use, the source map, and every address outside our folder."""
    css = re.sub(r"/\*!.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = re.sub(r"font-family:GDS Transport,arial,sans-serif", f"font-family:{OWN_FONT}", css)
    css = re.sub(r"@supports [^{}]*mask-position[^{}]*\{\.govuk-footer__copyright-logo:before\{[^}]*\}\}", "", css)
    css = re.sub(r"\.govuk-footer__(?:copyright-logo:before|crown)\{[^}]*\}", "", css)
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css).strip() + "\n"


def strip_js(script: str) -> str:
    """Remove the address of the source map, which we do not serve."""
    return re.sub(r"//# sourceMappingURL=\S+", "", script).strip() + "\n"


def main() -> None:
    """Download, verify, strip, mirror for right-to-left, and write with hashes."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        origin = _fetch(Path(folder))
        (TARGET / "govuk-frontend.min.css").write_text(strip_css(origin["govuk-frontend.min.css"]), encoding="utf-8")
        (TARGET / "govuk-frontend.min.js").write_text(strip_js(origin["govuk-frontend.min.js"]), encoding="utf-8")
    (TARGET / "LICENSE-govuk-frontend.txt").write_text(NOTICE, encoding="utf-8")
    _npm("exec", "--yes", f"--package={RTLCSS}", "--", "rtlcss", "--silent",
         str(TARGET / "govuk-frontend.min.css"), str(TARGET / "govuk-frontend.rtl.min.css"))  # fmt: skip
    _record()


def _fetch(folder: Path) -> dict[str, str]:
    archive = folder / _npm("pack", "--silent", "--pack-destination", str(folder), PACKAGE).strip()
    algorithm, _, expected = _published()["integrity"].partition("-")
    found = base64.b64encode(hashlib.new(algorithm, archive.read_bytes()).digest()).decode()
    if found != expected:
        raise SystemExit(f"{archive.name} is not what the registry says it is")
    with tarfile.open(archive) as tar:
        members = {name: tar.extractfile(path) for path, name in TAKEN.items()}
        return {name: member.read().decode("utf-8") for name, member in members.items() if member}


def _published() -> dict[str, str]:
    found: dict[str, Any] = json.loads(_npm("view", PACKAGE, "dist", "license", "--json"))
    return {
        "integrity": found["dist"]["integrity"],
        "licence": found["license"],
        "tarball": found["dist"]["tarball"],
    }


def _record() -> None:
    files = sorted(path for path in TARGET.iterdir() if path.name != "VENDOR.json")
    record = {
        "package": PACKAGE,
        **_published(),
        "changed": "font, emblem and source map removed; right-to-left sheet made with " + RTLCSS,
        "sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }
    (TARGET / "VENDOR.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _npm(*words: str) -> str:
    return subprocess.run(["npm", *words], check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
