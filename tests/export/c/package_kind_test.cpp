#include "terse/export/c/package_kind.h"

#include <gtest/gtest.h>

namespace terse::export_c {
namespace {

TEST(PackageKind, HasTheNameOfItsBuildSystem) {
  EXPECT_EQ(package_kind_of("c"), PackageKind::c);
  EXPECT_EQ(package_kind_of("esp-idf"), PackageKind::esp_idf);
  EXPECT_EQ(package_kind_of("zephyr"), PackageKind::zephyr);
  EXPECT_EQ(package_kind_of("fortran"), std::nullopt);
}

TEST(Places, AreThoseWhereTheBuildSystemLooks) {
  EXPECT_EQ(places_of(PackageKind::c).sources, "");
  EXPECT_EQ(places_of(PackageKind::arduino).headers, "src/");
  EXPECT_EQ(places_of(PackageKind::zephyr).headers, "include/");
  EXPECT_EQ(places_of(PackageKind::esp_idf).extras, "extras/");
}

}  // namespace
}  // namespace terse::export_c
