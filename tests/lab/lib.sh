# shellcheck shell=bash
# What the lab and the quickstart share: Debian packages, a Debian kernel without installing it, and an initramfs made of its
# modules. Sourced, never run. The caller sets `set -euo pipefail` and says who speaks with $VDMABUF_VOICE.

VDMABUF_CACHE=${VDMABUF_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vdmabuf}

say() { echo "${VDMABUF_VOICE:-vdmabuf}: $*" >&2; }
die() { say "$*"; exit 1; }

# The release of this machine: "bookworm", "trixie", ...; empty where this is not Debian.
debian_release() { (. /etc/os-release 2>/dev/null; [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}") || true; }

# Runs a command as root: directly, or through sudo where the user may be asked.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then say "sudo $*"; sudo "$@"
  else die "root is needed for: $*"
  fi
}

# Backports are signed for a week only, and a mirror may lag: their date is not checked, their signature is.
apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 -o Acquire::Check-Valid-Until=false \
    -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@"
}

installed() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || return 1
  done
}

missing() { local package; for package in "$@"; do installed "$package" || echo "$package"; done; }

# The archive this machine already installs its release from, as apt knows it (one-line or deb822 sources alike).
debian_mirror() {
  # shellcheck disable=SC2016 # apt-get fills in these names
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' | awk -v release="$1" '$1 == release { print $2; exit }'
}

# apt knows its archives only after the lists have been fetched once; fresh images come without.
ensure_lists() { [ -n "$(debian_mirror "$(debian_release)")" ] || refresh_lists; }

# Makes `apt-get -t RELEASE-backports` possible, through a file of our own if no source names it yet.
enable_backports() {
  local release=$1 mirror
  ensure_lists
  [ -n "$(debian_mirror "$release-backports")" ] && return
  mirror=$(debian_mirror "$release")
  [ -n "$mirror" ] || die "no apt source for $release found: add one, then run this again"
  say "adding $release-backports from the mirror already in use (/etc/apt/sources.list.d/vdmabuf-backports.list)"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release-backports main" |
    as_root tee /etc/apt/sources.list.d/vdmabuf-backports.list >/dev/null
  VDMABUF_LISTS_FRESH=
}

# Fetches the package lists once per run.
refresh_lists() {
  [ -n "${VDMABUF_LISTS_FRESH:-}" ] && return
  apt_get update >/dev/null || die "apt-get update failed: check the network and /etc/apt/sources.list*"
  VDMABUF_LISTS_FRESH=1
}

# fetch_kernel DIR: unpacks the kernel that linux-image-amd64 stands for: DIR/vmlinuz, DIR/version, DIR/lib/modules/VERSION.
fetch_kernel() {
  local out=$1 package new=$1.new
  package=$(kernel_package)
  if [ -z "$package" ]; then refresh_lists; package=$(kernel_package); fi
  [ -n "$package" ] || die "apt knows no linux-image-amd64: is this an amd64 Debian with its main component?"
  say "fetching $package"
  rm -rf "$new"; mkdir -p "$new/package"
  (cd "$new/package" && apt-get -q -o Acquire::Retries=3 download "$package" >/dev/null 2>&1) ||
    { refresh_lists; (cd "$new/package" && apt-get -q -o Acquire::Retries=3 download "$(kernel_package)" >/dev/null); } ||
    die "apt-get download $package failed"
  unpack_kernel "$new/package"/linux-image-*.deb "$new"
  rm -rf "$new/package" "$out"; mv "$new" "$out"
}

kernel_package() { apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -1; }

unpack_kernel() {
  local deb=$1 out=$2 version
  dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$out" --wildcards './boot/vmlinuz-*' './*lib/modules/*'
  [ -d "$out/lib" ] || ln -s usr/lib "$out/lib"
  version=$(basename "$out"/lib/modules/*)
  mv "$out"/boot/vmlinuz-* "$out/vmlinuz"; rmdir "$out/boot"
  echo "$version" > "$out/version"
  PATH=$PATH:/sbin:/usr/sbin depmod -b "$out" "$version"
}

# make_initramfs OUT KERNEL INIT "MODULES" [FILE:PATH...]: busybox, the modules with what they depend on in loading order
# (their names in /modules), and the files.
make_initramfs() {
  local out=$1 kernel=$2 init=$3 modules=$4 work module path name
  shift 4
  work=$(mktemp -d "$out.XXXXXX")
  mkdir -p "$work"/{bin,dev,proc,sys,tmp,run,lib/modules}
  cp "$(command -v busybox)" "$work/bin/busybox"
  : > "$work/modules"
  for module in $modules; do
    # A module that is built in has no file and is not listed: nothing to load then.
    PATH=$PATH:/sbin:/usr/sbin modprobe -d "$kernel" -S "$(cat "$kernel/version")" --show-depends "$module" 2>/dev/null || true
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r path; do
    name=$(basename "$path"); name=${name%.xz}; name=${name%.zst}
    case $path in
      *.xz) xz -dc "$path" ;;
      *.zst) zstd -qdc "$path" ;;
      *) cat "$path" ;;
    esac > "$work/lib/modules/$name"
    echo "$name" >> "$work/modules"
  done
  for path in "$@"; do mkdir -p "$work/$(dirname "${path#*:}")"; cp "${path%%:*}" "$work/${path#*:}"; done
  cp "$init" "$work/init"; chmod +x "$work/init"
  (cd "$work" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1 > "$out.new")
  rm -rf "$work"; mv "$out.new" "$out"
}
