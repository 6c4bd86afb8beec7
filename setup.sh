#!/bin/sh
# Checks what the platform needs on this machine: Node, a Docker engine, Terraform.
# With --install, on Debian and Ubuntu, it installs what the distribution and HashiCorp's own packages have.
# Exit codes: 0 all there, 2 something is missing.
set -eu

install=no
for word in "$@"; do
  case $word in
    --install) install=yes ;;
    -h | --help)
      echo 'usage: setup.sh [--install]'
      exit 0
      ;;
    *)
      echo "setup.sh: \"$word\" is not an option; the only one is --install" >&2
      exit 2
      ;;
  esac
done

missing=0
good() { echo "ok       $1"; }
bad() {
  echo "missing  $1"
  missing=1
}

is_debian() { command -v apt-get >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    echo "This needs root, and there is no sudo: $*" >&2
    return 1
  fi
}

# Runs an installation if it was asked for and can be done here; fails otherwise.
try_install() {
  [ "$install" = yes ] || return 1
  if ! is_debian; then
    echo '         --install works on Debian and Ubuntu only'
    return 1
  fi
  "$@"
}

# 20.9 or newer.
node_fits() {
  command -v node >/dev/null 2>&1 || return 1
  node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 9) ? 0 : 1)'
}

install_node() {
  candidate=$(apt-cache policy nodejs 2>/dev/null | sed -n 's/.*Candidate: \([0-9]*\)\..*/\1/p')
  if [ "${candidate:-0}" -lt 20 ]; then
    echo "         this distribution has Node ${candidate:-none}; take 20.9 or newer from https://nodejs.org/en/download"
    return 1
  fi
  as_root apt-get install -y nodejs npm
}

install_docker() {
  as_root apt-get install -y docker.io || return 1
  as_root systemctl enable --now docker 2>/dev/null || as_root service docker start || return 1
  [ "$(id -u)" = 0 ] || as_root usermod -aG docker "$(id -un)"
}

install_terraform() {
  as_root apt-get install -y wget gnupg || return 1
  # shellcheck source=/dev/null
  . /etc/os-release
  wget -qO- https://apt.releases.hashicorp.com/gpg | as_root gpg --dearmor --yes -o /usr/share/keyrings/hashicorp.gpg || return 1
  echo "deb [signed-by=/usr/share/keyrings/hashicorp.gpg] https://apt.releases.hashicorp.com $VERSION_CODENAME main" |
    as_root tee /etc/apt/sources.list.d/hashicorp.list >/dev/null
  as_root apt-get update && as_root apt-get install -y terraform
}

engine_answers() { command -v docker >/dev/null 2>&1 && docker version --format '{{.Server.Version}}' 2>/dev/null; }

# 1.5 or newer.
terraform_fits() {
  command -v terraform >/dev/null 2>&1 || return 1
  version=$(terraform version 2>/dev/null | sed -n '1s/^Terraform v//p')
  major=${version%%.*}
  rest=${version#*.}
  [ "${major:-0}" -gt 1 ] || { [ "${major:-0}" = 1 ] && [ "${rest%%.*}" -ge 5 ]; }
}

[ "$install" = no ] || ! is_debian || as_root apt-get update -q || true

if node_fits || { try_install install_node && node_fits; }; then
  good "Node $(node --version)"
else
  bad 'Node 20.9 or newer: https://nodejs.org/en/download'
fi

if version=$(engine_answers) || { try_install install_docker && version=$(engine_answers); }; then
  good "Docker engine $version"
elif command -v docker >/dev/null 2>&1; then
  # shellcheck disable=SC2016 # the reader's shell replaces $USER
  bad 'a running Docker engine that this account may use: sudo systemctl start docker; sudo usermod -aG docker "$USER", then log in again'
else
  bad 'Docker engine 20.10 or newer: https://docs.docker.com/engine/install/ (Debian, Ubuntu: ./setup.sh --install)'
fi

if terraform_fits || { try_install install_terraform && terraform_fits; }; then
  good "Terraform $version"
else
  bad 'Terraform 1.5 or newer: https://developer.hashicorp.com/terraform/install (Debian, Ubuntu: ./setup.sh --install)'
fi

if [ "$missing" = 0 ]; then
  echo 'All there. Next: ./datalab up (or ./datalab doctor for ports, memory and images)'
else
  echo 'Without engine and Terraform, ./datalab synth shows what would be deployed; it needs nothing but Node.'
  exit 2
fi
