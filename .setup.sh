# shellcheck shell=bash disable=SC2034,SC2154
# What Flowbed needs from Debian, and how it is built; sourced by ./flowbed and ./test.
# The caller sets `root` to the source tree.

build_packages=(
  g++                     # C++20 compiler
  cmake                   # writes the build
  ninja-build             # runs the build
  pkg-config              # finds the libraries without CMake files
  libboost-dev            # Boost.Process: the engine starts processes
  libboost-filesystem-dev # Boost.Process links it
  libbenchmark-dev        # measurements of the switch
  libcli11-dev            # command-line options
  libedit-dev             # line editing in the shell
  libgmock-dev            # unit tests
  libgtest-dev            # unit tests
  libmnl-dev              # netlink, towards nftables
  libnftnl-dev            # flows in nftables
  libnl-3-dev             # netlink: namespaces, links, addresses
  libseccomp-dev          # what switchd gives up; the filter of single-id networks
  libspdlog-dev           # logging
  libssl-dev              # OpenFlow under TLS
  nlohmann-json3-dev      # topologies and the control protocol
)
run_packages=(
  iproute2      # ip, in hosts and in the fabric
  iputils-ping  # ping, in hosts
  iperf3        # iperf and iperfudp
  tcpdump       # captures in hosts
  gnuplot-nox   # draws the reports of links
  traceroute    # the way through routers, in hosts
  uidmap        # a range of user ids without root
)
test_packages=(
  dnsmasq-base        # a DNS server in hosts
  openssh-client      # from host to host
  openssl             # makes certificates
  openvswitch-common  # ovs-ofctl, against our switches
  procps              # finds processes that were left behind
  python3             # checks of the sources and of whole networks
  python3-jsonschema  # checks ready topologies against their schema
  python3-os-ken      # controllers for our switches
  python3-pytest      # runs the Python tests
  sudo                # has a stand-in in hosts without root
  tshark              # reads captures back
  x11-utils           # X programs in hosts
  xauth               # their cookies
  xvfb                # their screen
)
# Debian starts these as soon as they are installed, which is nothing to do to somebody's machine: only where no
# systemd runs (a container, a build machine). Their tests are skipped where they are missing.
if [[ ! -d /run/systemd/system ]]; then
  test_packages+=(
    bird2           # a routing daemon in hosts
    openssh-server  # from host to host
  )
fi
vm_packages=(
  busybox-static   # the first root of a machine
  kmod             # finds what a kernel module needs
  qemu-system-x86  # Debian's own kernels, emulated
)
fuzz_packages=(
  clang-16            # libFuzzer; the first of Debian's that knows C++20's coroutines
  libclang-rt-16-dev  # libFuzzer and the sanitizers
)

say() { echo "flowbed: $*" >&2; }

missing_packages() {  # the names among "$@" that are not installed
  local name status
  declare -A installed=()
  while read -r name status; do
    [[ $status == ii ]] && installed[$name]=1
  done < <(dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n' "$@" 2>/dev/null)
  for name in "$@"; do [[ ${installed[$name]-} ]] || echo "$name"; done
}

as_root() {  # asks for a password only where somebody can type one
  if ((EUID == 0)); then "$@"
  elif ! command -v sudo >/dev/null; then return 1
  elif [[ -t 0 && -t 2 ]]; then sudo "$@"
  else sudo -n "$@"
  fi
}

apt_install() {
  local -x DEBIAN_FRONTEND=noninteractive
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@")
  if compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null && as_root "${install[@]}" </dev/null >&2; then return; fi
  as_root apt-get update -q </dev/null >&2 && as_root "${install[@]}" </dev/null >&2
}

install_missing() {  # install_missing WHY PACKAGE…; fails if something is still missing
  local why=$1 names
  shift
  command -v dpkg-query >/dev/null || return 0  # not Debian: the build says what it lacks
  mapfile -t names < <(missing_packages "$@")
  ((${#names[@]})) || return 0
  say "$why needs these Debian packages, installing them: ${names[*]}"
  apt_install "${names[@]}" && return
  say "that did not work; as root, run:  apt-get install ${names[*]}"
  return 1
}

sources_newer_than() {
  [[ -e $1 ]] || return 0
  [[ $(find "$root"/CMakeLists.txt "$root"/CMakePresets.json "$root"/.setup.sh "$root"/core "$root"/switchd \
    \( -name '*.md' -prune -o -newer "$1" -print -quit \)) ]]
}

# quietly SECONDS LOG COMMAND…: shows the command's output only if it fails, and that it works once it takes long.
quietly() {
  local patience=$1 log=$2 status=0 told=0
  shift 2
  "$@" >"$log" 2>&1 &
  local pid=$! start=$SECONDS
  while kill -0 $pid 2>/dev/null; do
    sleep 0.1
    ((SECONDS - start < patience)) && continue
    ((told)) || { told=1; say "building; the first time takes some minutes (log: $log)"; }
    [[ -t 2 ]] && printf '\r\033[K%.*s' "${COLUMNS:-79}" "$(tail -n 1 "$log")" >&2
  done
  wait $pid || status=$?
  [[ -t 2 ]] && ((told)) && printf '\r\033[K' >&2
  ((status == 0)) || cat "$log" >&2
  return $status
}

configure_and_build() {  # configure_and_build PRESET DIRECTORY TARGET…
  local preset=$1 directory=$2
  shift 2
  cd "$root" || return
  [[ -e $directory/build.ninja ]] || cmake --preset "$preset" || return
  cmake --build "$directory" --target "$@"
}
