#!/usr/bin/env bash
# Libraries and fonts that print a referral as a PDF (WeasyPrint). Silent when they are there. Never fails: without them
# everything else works, and the form is a page that the browser prints.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 0

PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji)

present() {
  if command -v dpkg >/dev/null; then dpkg -s "${PACKAGES[@]}" >/dev/null 2>&1; else opens; fi
}

opens() { .venv/bin/python -c 'import weasyprint' >/dev/null 2>&1; }

with_apt() {
  local root=()
  [ "$(id -u)" = 0 ] || root=(sudo -n)
  "${root[@]}" apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "${PACKAGES[@]}"
}

present && exit 0
echo "Installing the libraries and fonts that print referrals ..."
if command -v apt-get >/dev/null; then
  with_apt >/dev/null 2>&1
elif command -v brew >/dev/null; then
  brew install --quiet pango >/dev/null 2>&1
fi
opens && exit 0
echo "Referrals cannot be printed as PDF here; the console offers a page to print instead." >&2
echo "To change that, install: ${PACKAGES[*]} (Debian), or: brew install pango (macOS)." >&2
exit 0
