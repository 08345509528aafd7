#!/usr/bin/env bash
# Chromium and fonts for the browser tests, and gettext for the test of the catalogues. Debian: from its packages. macOS: Chrome or Chromium, installed by hand.
set -euo pipefail

find_browser() {
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && command -v "$name" && return 0
  done
  local mac="/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
  [ -x "$mac" ] && echo "$mac"
}

missing_fonts() { command -v dpkg >/dev/null && ! dpkg -s fonts-noto-core fonts-noto-cjk gettext >/dev/null 2>&1; }

if find_browser >/dev/null && ! missing_fonts; then exit 0; fi
if command -v apt-get >/dev/null; then
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo"
  echo "Installing Chromium and fonts for the browser tests ..."
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends chromium fonts-noto-core fonts-noto-cjk gettext >/dev/null
  exit 0
fi
echo "Install Chrome or Chromium, or set CHROMIUM to its path; the browser tests need it." >&2
exit 1
