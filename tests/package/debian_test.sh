#!/usr/bin/env bash
# Builds the Debian package, looks into it, and uses it without installing it: unpacked, its program runs;
# its scripts make the user once.
#
#   debian_test.sh BUILD_FOLDER WORK_FOLDER VERSION
set -euo pipefail
build="$1" work="$2" version="$3"

rm -rf "$work"
mkdir -p "$work/fake"
cd "$work"
cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work/made" >cpack.log
package="$(ls "$work"/made/*.deb)"
[[ "$(basename "$package")" == "terse_${version}_$(dpkg --print-architecture).deb" ]]

echo "== control"
dpkg-deb --info "$package" | tee info
for line in '^ Package: terse$' "^ Version: $version" '^ Depends: .*adduser.*libsqlite3-0' \
    '^ Description: Makes sensor data small enough to send$' '^ Maintainer: .*<.*>'; do
  grep -qE "$line" info
done
dpkg-deb --control "$package" control
[[ "$(cat control/conffiles)" == /etc/terse/serve.conf ]]
for script in postinst prerm postrm; do
  [[ -x "control/$script" ]]
  sh -n "control/$script"
done

echo "== files"
dpkg-deb --contents "$package" | tee contents
for file in ./usr/bin/terse ./usr/lib/systemd/system/terse-serve.service ./etc/terse/serve.conf \
    ./usr/share/doc/terse/copyright ./usr/share/doc/terse/changelog.gz; do
  grep -qE "^-rw[xr-]+ root/root .* $file\$" contents
done
# Nothing of the library, nothing outside of these folders, nothing that others may write.
if grep -vE ' \./(|(usr|etc)/.*)$' contents || grep -E '^.{8}w' contents || grep -E '\.(h|a|cmake)$' contents; then
  echo "the files above do not belong there" >&2
  exit 1
fi

echo "== program"
dpkg-deb --extract "$package" root
[[ "$(root/usr/bin/terse --version)" == "$version" ]]
# What the unit calls besides the program.
install -D /bin/kill root/bin/kill
systemd-analyze verify --root="$work/root" terse-serve.service 2>verify.log || true
if grep -i 'terse-serve.service.*\(unknown\|failed to parse\|not executable\)' verify.log; then exit 1; fi

echo "== the user is made at the first installation, not at the second"
cat >fake/getent <<'END'
#!/bin/sh
test -e "$USERS"
END
cat >fake/adduser <<'END'
#!/bin/sh
echo "$@" >>"$USERS"
END
chmod +x fake/*
for _ in 1 2; do
  env USERS="$work/users" PATH="$work/fake:$PATH" sh control/postinst configure
done
[[ "$(wc -l <users)" == 1 ]]
grep -q -- '--system --group .* terse$' users
