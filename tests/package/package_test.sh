#!/usr/bin/env bash
# Installs the build as a user would, moves it, and uses it from a project of its own: through
# find_package, through pkg-config, and as the program.
#
#   package_test.sh BUILD_FOLDER WORK_FOLDER CXX_COMPILER VERSION
set -euo pipefail
build="$1" work="$2" compiler="$3" version="$4"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

rm -rf "$work"
mkdir -p "$work"
cd "$work"
cmake --install "$build" --prefix "$work/first" >install.log
mv first installed
prefix="$work/installed"
if grep -rlF -e "$build" -e "$here" "$prefix" --include='*.cmake' --include='*.pc' --include='*.h'; then
  echo "the files above name the folder they were built in" >&2
  exit 1
fi

echo "== program"
[[ "$("$prefix/bin/terse" --version)" == "$version" ]]

echo "== find_package"
cmake -S "$here/outside_project" -B outside_project -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$prefix" >configure.log
cmake --build outside_project
[[ "$(outside_project/outside_project)" == ok ]]

echo "== find_package refuses a version that is not there"
sed 's/find_package(terse [0-9.]* /find_package(terse 99.0 /' "$here/outside_project/CMakeLists.txt" |
  install -D -m 644 /dev/stdin future/CMakeLists.txt
if cmake -S future -B future/build -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_PREFIX_PATH="$prefix" >future.log 2>&1; then
  echo "find_package(terse 99.0) found $version" >&2
  exit 1
fi
grep -q 'requested version "99.0"' future.log

echo "== pkg-config"
folder="$(dirname "$(find "$prefix" -name terse.pc)")"
export PKG_CONFIG_PATH="$folder"
[[ "$(pkg-config --modversion terse)" == "$version" ]]
# shellcheck disable=SC2046  # flags are words
"$compiler" "$here/outside_project/main.cpp" -o with_pkgconfig $(pkg-config --cflags --libs terse)
[[ "$(./with_pkgconfig)" == ok ]]
