#include "terse/serve/web/page.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace terse::serve::web {
namespace {

std::string file(const std::string& name) {
  std::ifstream stream(std::string(TERSE_SOURCE_DIR "/src/terse/serve/web/") + name);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(Page, IsItsFilesInOne) {
  const std::string html = file("page.html");
  std::string whole = html;
  for (const std::string name : {"page.css", "chart.js", "page.js"}) {
    const std::string place = "{{" + name + "}}";
    const std::size_t at = whole.find(place);
    ASSERT_NE(at, std::string::npos) << name;
    EXPECT_GT(file(name).size(), 1000U) << name;
    whole.replace(at, place.size(), file(name));
  }
  EXPECT_EQ(page(), whole);
}

}  // namespace
}  // namespace terse::serve::web
