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
configure() {
  local folder="$1"
  shift
  cmake -S "$here/outside_project" -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Release \
      -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$prefix" "$@" >configure.log
  cmake --build "$folder"
}
configure everything
[[ "$(everything/outside_project)" == ok ]]

echo "== terse::codec needs neither XGBoost, PostgreSQL, curl nor oneDNN"
configure codec -DCOMPONENT=codec
[[ "$(codec/outside_project trained.terse)" == ok ]]
line="$(ninja -C codec -t commands outside_project | tail -n 1)"
[[ "$line" == *libterse_codec.a* ]]
for library in xgboost pq curl dnnl gomp ssl crypto sqlite3 mosquitto coap terse_predict; do
  if grep -qE -- "-l$library\b|lib$library\b" <<<"$line"; then
    echo "terse::codec links $library: $line" >&2
    exit 1
  fi
done
if ldd codec/outside_project | grep -E 'xgboost|libpq|curl|dnnl'; then exit 1; fi

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
folder="$(dirname "$(find "$prefix" -name terse-codec.pc)")"
export PKG_CONFIG_PATH="$folder"
[[ "$(pkg-config --modversion terse-train)" == "$version" ]]
# shellcheck disable=SC2046  # flags are words
"$compiler" -DWITHOUT_MAIN "$here"/outside_project/{main,codec}.cpp -o with_pkgconfig \
    $(pkg-config --cflags --libs terse-train terse-serve)
[[ "$(./with_pkgconfig)" == ok ]]
# shellcheck disable=SC2046
"$compiler" "$here/outside_project/codec.cpp" -o codec_with_pkgconfig $(pkg-config --cflags --libs terse-codec)
[[ "$(./codec_with_pkgconfig trained.terse)" == ok ]]
